package dev.squall.house;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The compiled classes of the core, read once for all rules. */
final class CoreClasses {

    /** Production classes of every package below {@code dev.squall} on the class path. */
    static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.squall");

    private CoreClasses() {}
}
