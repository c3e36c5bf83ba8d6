import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gives the classes of a jar that were compiled for Java 5 (picocli's) the stack maps and the version of Java 17. The JVM keeps classes in its start-up
 * cache only with these; what they do stays the same. Run by the JDK from its source, with the jar on the class path.
 */
public final class Modernize {
    private static final int JAVA_17 = 61;
    private static final int FIRST_WITH_STACK_MAPS = 50;

    private Modernize() {}

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]).toAbsolutePath();
        // A constant pool of its own has each method written anew, and with it its stack map.
        ClassFile classes = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ConstantPoolSharingOption.NEW_POOL,
                ClassFile.DeadCodeOption.PATCH_DEAD_CODE);
        int changed = 0;
        try (FileSystem files = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
            List<Path> all;
            try (Stream<Path> paths = Files.walk(files.getPath("/"))) {
                all = paths.filter(path -> path.toString().endsWith(".class")).toList();
            }
            for (Path path : all) {
                ClassModel model = classes.parse(Files.readAllBytes(path));
                if (model.majorVersion() < FIRST_WITH_STACK_MAPS) {
                    ClassTransform later = ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
                            .andThen(ClassTransform.dropping(ClassFileVersion.class::isInstance))
                            .andThen(ClassTransform.endHandler(builder -> builder.withVersion(JAVA_17, 0)));
                    Files.write(path, classes.transformClass(model, later));
                    changed++;
                }
            }
        }
        System.out.printf("%d classes of %s are of Java 17 now%n", changed, jar.getFileName());
    }
}
