package dev.squall.server.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.console.NodeClient.Put;
import java.awt.Color;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chromium.ChromiumNetworkConditions;

/**
 * What the console must do with any node: everything is written by HTTP to a real one and seen in a
 * real browser. After each test the browser's log must be clean.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
abstract class ConsoleInBrowserContract {

    private static final String BOX = "{\"x\":80,\"y\":60,\"w\":120,\"h\":90,\"score\":0.87}";
    private static final Duration BETWEEN_FRAMES = Duration.ofSeconds(2);

    /** A desktop's windows cannot be that narrow, so the screen itself is made so. */
    private static final Map<String, Object> PHONE =
            Map.of("width", 390, "height", 844, "deviceScaleFactor", 2, "mobile", true);

    private static @Nullable Chromium browser;

    /** Where the node under test serves; its pools may hold what other tests put. */
    abstract URI node();

    @BeforeEach
    void startBrowser() {
        if (browser == null) {
            browser = Chromium.startOrSkip();
        }
        try (var node = new NodeClient(node())) {
            node.createPool("cameras");
            node.createPool("events");
        }
        browser.complaints();
    }

    @AfterEach
    void nothingWasComplainedAbout() {
        if (browser != null) {
            assertEquals(List.of(), browser.complaints());
        }
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
            browser = null;
        }
    }

    @Test
    void aFrameIsShownWithTheBoxesOfItsEvent() {
        try (var node = new NodeClient(node())) {
            var frame = node.putPicture("cameras/gate", Color.RED);
            var event = node.putEvent("gate", frame.version(), frame.timestamp(), BOX, 0.87);

            var page = open();
            page.awaitFrame("gate", frame.version());
            page.awaitBoxes("gate", 1, "exact");
            assertReddish(page.picturePixel("gate", 160, 120));
            assertTrue(page.overlayPixel("gate", 80, 100).getAlpha() > 0, "the box's left side");
            assertTrue(page.overlayPixel("gate", 200, 100).getAlpha() > 0, "the box's right side");
            assertEquals(0, page.overlayPixel("gate", 140, 105).getAlpha(), "inside the box");
            assertEquals(0, page.overlayPixel("gate", 300, 200).getAlpha(), "far from the box");

            page.awaitEvent(event.version());
            assertTrue(page.eventText(event.version()).contains("0.87"));
            assertTrue(page.unfoldEvent(event.version()).contains("\"w\": 120"));
        }
    }

    @Test
    void whatIsPutWhileThePageIsOpenAppearsByItself() {
        try (var node = new NodeClient(node())) {
            var first = node.putPicture("cameras/gate", Color.BLUE);
            var page = open();
            page.awaitFrame("gate", first.version());

            var frame = node.putPicture("cameras/gate", Color.RED);
            page.awaitFrame("gate", frame.version());
            var event = node.putEvent("gate", frame.version(), frame.timestamp(), BOX, 0.5);
            page.awaitEvent(event.version());
            page.awaitBoxes("gate", 1, "exact");
            assertEquals(event.version(), page.events().getFirst());

            var yard = node.putPicture("cameras/yard", Color.BLUE);
            page.awaitFrame("yard", yard.version());
        }
    }

    @Test
    void theSliderShowsThePastAndComesBack() throws InterruptedException {
        try (var node = new NodeClient(node())) {
            var old = node.putPicture("cameras/gate", Color.RED);
            var found = node.putEvent("gate", old.version(), old.timestamp(), BOX, 0.6);
            // The slider moves in tenths of a second: leave room for it between the two.
            Thread.sleep(BETWEEN_FRAMES);
            var recent = node.putPicture("cameras/gate", Color.BLUE);
            var later = node.putEvent("gate", recent.version(), recent.timestamp(), BOX, 0.7);

            var page = open();
            page.awaitFrame("gate", recent.version());
            page.awaitEvent(later.version());

            page.dragTo(between(found, recent));
            page.awaitLive(false);
            page.awaitFrame("gate", old.version());
            page.awaitBoxes("gate", 1, "exact");
            assertReddish(page.picturePixel("gate", 160, 120));
            page.awaitEvent(found.version());
            assertFalse(page.events().contains(later.version()), "an event of the future is shown");

            page.backToLive();
            page.awaitLive(true);
            page.awaitFrame("gate", recent.version());
            page.awaitEvent(later.version());
        }
    }

    @Test
    void anEventLeadsToItsFrame() throws InterruptedException {
        try (var node = new NodeClient(node())) {
            var old = node.putPicture("cameras/gate", Color.RED);
            var found = node.putEvent("gate", old.version(), old.timestamp(), BOX, 0.6);
            Thread.sleep(BETWEEN_FRAMES);
            var recent = node.putPicture("cameras/gate", Color.BLUE);

            var page = open();
            page.awaitFrame("gate", recent.version());
            page.awaitEvent(found.version());
            page.showEvent(found.version());
            page.awaitFrame("gate", old.version());
            page.awaitBoxes("gate", 1, "exact");
        }
    }

    @Test
    void theSliderObeysTheKeyboard() {
        try (var node = new NodeClient(node())) {
            var frame = node.putPicture("cameras/gate", Color.RED);
            var page = open();
            page.awaitFrame("gate", frame.version());
            assertEquals(List.of("One second back", "Moment shown"), page.tabStops(2));
            page.press(Keys.ARROW_LEFT);
            page.awaitLive(false);
            page.press(Keys.END);
            page.awaitLive(true);
        }
    }

    @Test
    void membersShardsAndFrontiersAreListed() {
        var page = open();
        var shards = page.awaitShards("cameras");
        assertTrue(shards.getFirst().contains("volatile"), shards::toString);
        assertTrue(shards.get(1).contains("leads"), shards::toString);
        var members = page.awaitMembers();
        assertTrue(members.getFirst().contains("this node"), members::toString);
        assertFalse(page.visibleText("body").contains("undefined"), "a missing field shows");
        assertFalse(page.visibleText("body").contains("NaN"), "a missing number shows");
    }

    /** A key is anybody's to choose, so it must never become markup. */
    @Test
    void aKeyIsTextNeverMarkup() {
        try (var node = new NodeClient(node())) {
            var frame = node.putPicture("cameras/%3Cimg%20src=x%3E", Color.RED);
            var page = open();
            page.awaitFrame("<img src=x>", frame.version());
            assertEquals(0, page.countOf("main img"));
        }
    }

    @Test
    void aLostConnectionIsSaidAndHeals() {
        var page = open();
        page.awaitMembers();
        assertEquals("", page.banner());
        var driver = browser().driver();
        var offline = new ChromiumNetworkConditions();
        offline.setOffline(true);
        driver.setNetworkConditions(offline);
        page.awaitBanner(words -> words.contains("/v1/cluster"));
        driver.deleteNetworkConditions();
        page.awaitBanner(String::isEmpty);
        browser().complaints(); // that the network was away is no fault of the page
    }

    @Test
    void onAPhoneNothingSticksOut() {
        var driver = browser().driver();
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", PHONE);
        try {
            var page = open();
            page.awaitShards("cameras");
            assertEquals(0, page.overflow());
        } finally {
            driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    private static Chromium browser() {
        return Objects.requireNonNull(browser, "the browser was not started");
    }

    private ConsolePage open() {
        return ConsolePage.open(browser().driver(), node());
    }

    private static long between(Put earlier, Put later) {
        return earlier.timestamp() + (later.timestamp() - earlier.timestamp()) / 2;
    }

    /** JPEG changes colours a little. */
    private static void assertReddish(Color color) {
        assertTrue(
                color.getRed() > 200 && color.getGreen() < 60 && color.getBlue() < 60,
                color::toString);
    }
}
