package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the README, as it stands there. */
class ReadmeTest {
  private static final Pattern BLOCK =
      Pattern.compile("^```java\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  /** What the text around the shorter blocks has explained. */
  private static final String SURROUNDINGS =
      """
      import dev.ocelli.client.*;
      import dev.ocelli.v1.MaskFormat;
      import dev.ocelli.v1.RegionUse;
      import java.nio.file.Path;
      import java.time.Duration;
      import java.util.*;

      class Block%d {
        interface Tokens {
          String current();
        }

        void run(%sList<Path> paths, Tokens tokens) {
      %s
        }
      }
      """;

  @TempDir private Path folder;

  private static List<String> blocks() throws IOException {
    var text = Files.readString(Path.of("../README.md"));
    return BLOCK.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  @Test
  void everyBlockCompiles() throws IOException {
    var blocks = blocks();
    assertTrue(blocks.size() > 5, "blocks: " + blocks.size());
    for (int number = 0; number < blocks.size(); number++) {
      var block = blocks.get(number);
      if (block.contains("class Finder")) {
        compile("Finder", block);
        continue;
      }
      var given = block.contains("var client =") ? "" : "OcelliClient client, ";
      compile("Block" + number, String.format(SURROUNDINGS, number, given, block));
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = Edge.VARIABLE, matches = ".+")
  void theFirstProgramFindsTheCat() throws Exception {
    var program = blocks().get(0).replace("127.0.0.1:8500", Edge.address());
    compile("Finder", program);
    var printed = new ByteArrayOutputStream();
    var before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try (var classes = URLClassLoader.newInstance(new URL[] {folder.toUri().toURL()})) {
      var main = classes.loadClass("Finder").getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) new String[] {Edge.photo("cat.png").toString()});
    } finally {
      System.setOut(before);
    }
    var output = printed.toString(StandardCharsets.UTF_8);
    assertTrue(output.startsWith("cat 0."), output);
  }

  private void compile(String name, String source) {
    var problems = new StringWriter();
    var options =
        List.of(
            "-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
    var file =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + Kind.SOURCE.extension), Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var compiler = ToolProvider.getSystemJavaCompiler();
    boolean compiled = compiler.getTask(problems, null, null, options, null, List.of(file)).call();
    assertEquals("", compiled ? "" : problems + source);
  }
}
