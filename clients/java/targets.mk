# The Java client: one Maven reactor, of the stubs, the SDK and the programs that use it.

JAVA_STAMP := clients/java/target/.built
JAVA_FORMATTER := .build/java/google-java-format-1.28.0-all-deps.jar
java-sources = $(shell find clients/java gen/java/src -name target -prune -o -name '*.java' -print)
java-manifests := gen/java/pom.xml $(wildcard clients/java/pom.xml clients/java/*/pom.xml)

CONFORMANCE_java := clients/java/run conformance dev.ocelli.conformance.Runner
LOAD_java := clients/java/run load dev.ocelli.load.Load
CALLERS_java := clients/java/run load dev.ocelli.load.Callers
INSTALLED_java = $(subst :, ,$(shell cat clients/java/load/target/classpath))

.PHONY: build-java test-java lint-java format-java example-java

# In plain `mvn install`, a later JDK's warnings are none of the caller's; jars for others take time.
MVN_java = mvn -q -B -Dstyle.color=never -Dmaven.compiler.failOnWarning=true -f clients/java

# Tests are compiled here and run by test-java, which has a server for them.
$(JAVA_STAMP): $(java-manifests) $(java-sources)
	@scripts/require java mvn
	@echo "building the Java client"
	@$(MVN_java) -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip package
	@mkdir -p $(@D) && touch $@

build-java: $(JAVA_STAMP)  ## Build the Java client

test-java: $(JAVA_STAMP) models  ## Test the Java client against a server of its own
	@scripts/with-edge $(MVN_java) -pl ../../gen/java,sdk test

$(JAVA_FORMATTER):
	@scripts/require java mvn
	@mvn -q -B -Dstyle.color=never org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
	  -DoutputDirectory=$(@D) -Dartifact=com.google.googlejavaformat:google-java-format:1.28.0:jar:all-deps

# The compiler's lint, whose warnings are fatal here, is part of every build.
lint-java: $(JAVA_FORMATTER) $(JAVA_STAMP)  ## Check the style of the Java client
	@find clients/java -name target -prune -o -name '*.java' -print | \
	  xargs java -jar $(JAVA_FORMATTER) --dry-run --set-exit-if-changed \
	  || { echo "not in google-java-format's style: run 'make format-java'"; exit 1; }

format-java: $(JAVA_FORMATTER)  ## Rewrite the Java client in its style
	@find clients/java -name target -prune -o -name '*.java' -print | \
	  xargs java -jar $(JAVA_FORMATTER) --replace

example-java: $(JAVA_STAMP) $(EXAMPLE_FRAMES)  ## Run the Java examples on a video and on photos
	@scripts/with-edge clients/java/examples/run out/example/frames $(OCELLI_HOME)/media
