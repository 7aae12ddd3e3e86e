package dev.squall.server.console;

import java.awt.Color;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** What a person sees and does on the console. Every question waits until the page says so. */
final class ConsolePage {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Copies the pixel first: reading back the page's own canvases would slow them down. */
    private static final String READ_PIXEL =
            """
            const [canvas, x, y, width] = arguments;
            const source = document.querySelector(canvas);
            const scale = source.width / width;
            const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
            copy.drawImage(source, -Math.round(x * scale), -Math.round(y * scale));
            return [...copy.getImageData(0, 0, 1, 1).data];
            """;

    private final ChromeDriver driver;

    private ConsolePage(ChromeDriver driver) {
        this.driver = driver;
    }

    static ConsolePage open(ChromeDriver driver, URI node) {
        driver.get(node.toString());
        return new ConsolePage(driver);
    }

    /** Waits for the tile of a camera to show a version, with or without boxes drawn. */
    void awaitFrame(String camera, long version) {
        await(
                "the tile of " + camera + " to show version " + version,
                () -> attribute(tile(camera) + " figure", "data-version"),
                String.valueOf(version)::equals);
    }

    void awaitBoxes(String camera, int boxes, String match) {
        await(
                camera + " to have " + boxes + " boxes, match " + match,
                () ->
                        attribute(tile(camera), "data-boxes")
                                + " "
                                + attribute(tile(camera), "data-match"),
                (boxes + " " + match)::equals);
    }

    /** The colour of a picture's pixel, the place given in pixels of the picture. */
    Color picturePixel(String camera, int x, int y) {
        return pixel(tile(camera) + " canvas.picture", x, y);
    }

    /** The colour of the overlay's pixel over that place of the picture; alpha 0 where empty. */
    Color overlayPixel(String camera, int x, int y) {
        return pixel(tile(camera) + " canvas.boxes", x, y);
    }

    private Color pixel(String canvas, int x, int y) {
        @SuppressWarnings("unchecked") // an array of numbers comes back as a list of them
        var rgba =
                (List<Number>)
                        Objects.requireNonNull(
                                driver.executeScript(READ_PIXEL, canvas, x, y, NodeClient.WIDTH));
        return new Color(
                rgba.get(0).intValue(),
                rgba.get(1).intValue(),
                rgba.get(2).intValue(),
                rgba.get(3).intValue());
    }

    void awaitEvent(long version) {
        await(
                "the list to hold the event of version " + version,
                () -> texts(event(version) + " summary"),
                found -> found.size() == 1);
    }

    String eventText(long version) {
        return String.join("", texts(event(version) + " summary"));
    }

    /** Opens an event's row and reads what unfolds. */
    String unfoldEvent(long version) {
        driver.findElement(By.cssSelector(event(version) + " summary")).click();
        return driver.findElement(By.cssSelector(event(version) + " pre")).getText();
    }

    void showEvent(long version) {
        driver.findElement(By.cssSelector(event(version) + " button")).click();
    }

    List<Long> events() {
        return driver.findElements(By.cssSelector(".events li")).stream()
                .map(row ->
                        Long.valueOf(Objects.requireNonNull(row.getDomAttribute("data-version"))))
                .toList();
    }

    /** The rows of the shards' table that belong to a pool, the pool's own line first. */
    List<String> awaitShards(String pool) {
        var rows = "table.shards tbody[data-pool='" + pool + "'] tr";
        await("the shards of " + pool, () -> texts(rows), found -> found.size() >= 2);
        return texts(rows);
    }

    List<String> awaitMembers() {
        var rows = "table.members tbody tr";
        await("the members", () -> texts(rows), found -> !found.getFirst().startsWith("–"));
        return texts(rows);
    }

    /** Drags the slider to a moment (microseconds since the epoch), as far as its steps allow. */
    void dragTo(long micros) {
        driver.executeScript(
                """
                const slider = document.querySelector("squall-slider input");
                slider.value = arguments[0];
                slider.dispatchEvent(new Event("input", { bubbles: true }));
                """,
                String.valueOf(micros / 1000));
    }

    void press(CharSequence key) {
        driver.findElement(By.cssSelector("squall-slider input")).sendKeys(key);
    }

    void backToLive() {
        driver.findElement(By.cssSelector("squall-slider button.strong")).click();
    }

    void awaitLive(boolean live) {
        await(
                live ? "the page to be live" : "the page to show the past",
                () -> texts("header .moment.live").size(),
                found -> found == (live ? 1 : 0));
    }

    /** The banner's text, or nothing when there is none. */
    String banner() {
        return String.join("\n", texts(".banner"));
    }

    void awaitBanner(Predicate<String> expected) {
        await("the banner", this::banner, expected);
    }

    /** Walks through the page by the tabulator key and tells what had the focus. */
    List<String> tabStops(int presses) {
        var stops = new ArrayList<String>();
        for (var press = 0; press < presses; press++) {
            driver.switchTo().activeElement().sendKeys(Keys.TAB);
            stops.add(driver.switchTo().activeElement().getAccessibleName());
        }
        return stops;
    }

    long countOf(String selector) {
        return driver.findElements(By.cssSelector(selector)).size();
    }

    String visibleText(String selector) {
        return driver.findElement(By.cssSelector(selector)).getText();
    }

    /** How much wider the page is than the window, in CSS pixels; 0 if nothing sticks out. */
    long overflow() {
        return (Long)
                Objects.requireNonNull(
                        driver.executeScript(
                                "return Math.max(0, document.documentElement.scrollWidth"
                                        + " - window.innerWidth)"));
    }

    private static String tile(String camera) {
        return "squall-frame[data-camera='" + camera + "']";
    }

    private static String event(long version) {
        return ".events li[data-version='" + version + "']";
    }

    private String attribute(String selector, String name) {
        return driver.findElements(By.cssSelector(selector)).stream()
                .map(element -> String.valueOf(element.getDomAttribute(name)))
                .findFirst()
                .orElse("no " + selector);
    }

    /** Read in one script: rows may be drawn anew between two questions of a driver. */
    @SuppressWarnings("unchecked") // an array of strings comes back as a list of them
    private List<String> texts(String selector) {
        return (List<String>)
                Objects.requireNonNull(
                        driver.executeScript(
                                "return [...document.querySelectorAll(arguments[0])]"
                                        + ".map((element) => element.innerText)",
                                selector));
    }

    private <T> void await(String what, Supplier<T> seen, Predicate<T> expected) {
        new WebDriverWait(driver, PATIENCE)
                .withMessage(() -> "waiting for " + what + ", seen: " + seen.get())
                .until(_ -> expected.test(seen.get()));
    }
}
