package dev.squall.server.console;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/**
 * A real, headless Chromium with an empty profile of its own, driven by the machine's own
 * chromedriver. Nothing is ever downloaded: where either is missing, the test that asked is skipped
 * and says what to install.
 */
final class Chromium implements AutoCloseable {

    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser");
    private static final List<String> DRIVERS = List.of("chromedriver");

    private final Path profile;
    private final ChromeDriver driver;

    private Chromium(Path browser, Path driver) {
        try {
            profile = Files.createTempDirectory("squall-chromium-");
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
        var options = new ChromeOptions();
        options.setBinary(browser.toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox", // tests may run as root, where Chromium's sandbox refuses to
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1280,1000",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", Map.of(LogType.BROWSER, "ALL"));
        var service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.toFile())
                        .usingAnyFreePort()
                        .build();
        this.driver = new ChromeDriver(service, options);
    }

    /** Starts a browser, or skips the calling test with a message that names what is missing. */
    static Chromium startOrSkip() {
        var browser = onPath(BROWSERS);
        var driver = onPath(DRIVERS);
        Assumptions.assumeTrue(
                browser.isPresent() && driver.isPresent(),
                "skipped: no chromium and chromedriver on the PATH;"
                        + " on Debian: apt-get install chromium chromium-driver");
        return new Chromium(browser.orElseThrow(), driver.orElseThrow());
    }

    ChromeDriver driver() {
        return driver;
    }

    /** What the page, the network or its policy complained about since the last call. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
        try (var files = Files.walk(profile)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException leftover) {
            // A late child of the browser may still write; the directory for temporary files is
            // the system's to clean, and no test depends on it.
            profile.toFile().deleteOnExit();
        }
    }

    private static Optional<Path> onPath(List<String> names) {
        var directories = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1);
        for (var name : names) {
            for (var directory : directories) {
                var candidate = Path.of(directory, name);
                if (Files.isExecutable(candidate)) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }
}
