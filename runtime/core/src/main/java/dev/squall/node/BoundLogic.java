package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.device.ModelCatalog;
import dev.squall.device.ModelSource;
import dev.squall.trigger.Dispatcher;
import dev.squall.trigger.UdlDescriptor;
import dev.squall.trigger.UdlRuntime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Binds the UDLs that the metadata names and offers their models. The group agent's thread. */
final class BoundLogic implements Directory.Logic {

    private static final System.Logger LOG = System.getLogger(BoundLogic.class.getName());

    private final Dispatcher dispatcher;
    private final UdlRuntime udls;
    private final ModelCatalog models;
    private final Set<String> offered = new HashSet<>();

    BoundLogic(Dispatcher dispatcher, UdlRuntime udls, ModelCatalog models) {
        this.dispatcher = dispatcher;
        this.udls = udls;
        this.models = models;
    }

    @Override
    public void changed(Metadata before, Metadata now) {
        if (!before.udls().equals(now.udls())) {
            offerModels(now);
        }
        try {
            dispatcher.bind(Bindings.of(now));
        } catch (Failure e) {
            LOG.log(System.Logger.Level.ERROR, "the bindings stay as they were", e);
        }
    }

    private void offerModels(Metadata now) {
        var wanted = new HashSet<String>();
        for (var versions : now.udls().values()) {
            var newest = versions.lastEntry().getValue();
            var owner = newest.descriptor().id();
            wanted.add(owner);
            if (offered.add(owner)) {
                for (var model : newest.descriptor().models()) {
                    offer(newest, owner, model);
                }
            }
        }
        for (var owner : List.copyOf(offered)) {
            if (!wanted.contains(owner)) {
                offered.remove(owner);
                models.removeOf(owner);
            }
        }
    }

    private void offer(
            Metadata.UdlVersion udl, String owner, UdlDescriptor.ModelDeclaration model) {
        try {
            models.add(
                    new ModelSource(
                            model.spec(), owner, () -> udls.jar(udl.sha256()).file(model.file())));
        } catch (Failure e) {
            udls.stats(owner).error(String.valueOf(e.getMessage()));
        }
    }
}
