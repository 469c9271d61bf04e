using DriveKD.Analysis.Observing;
using DriveKD.Analysis.Study;
using DriveKD.Data.Samples;
using DriveKD.Models.Layers;
using DriveKD.Tests;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Study;

/// <summary>The example of docs/PRESTUDY.md, as it stands there.</summary>
public sealed class LibraryExampleTests
{
    [Fact]
    public void Example_TwoModels_GivesItsCurves()
    {
        using DistillationFixture world = new();
        IReadOnlyList<Sample> read = RecordReader.Read(world.Path("records.json"), new RecordReadOptions { ImageRoot = world.Path("images") }).Samples;
        (Curve? mass, Curve? distance) = Run(world.Path("teacher"), world.Path("student"), read);

        Assert.Equal(2, Assert.IsType<Curve>(mass).Points[0].Count);
        Assert.Equal(6, Assert.IsType<Curve>(distance).Points[0].Count);
        Assert.All(distance.Points, point => Assert.InRange(point.Mean, 0, 2));
    }

    [Fact]
    public void Example_InThePage_IsTheOneThatRuns()
    {
        string page = File.ReadAllText(Path.Combine(TestPaths.Repository, "docs", "PRESTUDY.md"));
        string source = File.ReadAllText(Path.Combine(TestPaths.Repository, "tests", "DriveKD.Analysis.Tests", "Study", "LibraryExampleTests.cs"));
        string[] example = Lines(page.Split("```csharp\n")[1].Split("```")[0]);

        Assert.True(example.Length > 10);
        Assert.Contains(string.Join('\n', example), string.Join('\n', Lines(source)), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_EveryKindAndFileThatItNames_IsThere()
    {
        string page = File.ReadAllText(Path.Combine(TestPaths.Repository, "docs", "PRESTUDY.md"));
        string[] files = [.. ((string[])["DriveKD.Analysis", "DriveKD.Distillation"])
            .SelectMany(project => Directory.GetFiles(Path.Combine(TestPaths.Repository, "src", project), "*.cs", SearchOption.AllDirectories)).Select(file => Path.GetFileName(file))];
        string[] named = [.. page.Split('`').Where(word => word.EndsWith(".cs", StringComparison.Ordinal)).Select(word => Path.GetFileName(word)).Distinct()];

        Assert.True(named.Length > 10);
        Assert.All(named, name => Assert.Contains(name, files));
        Assert.All(
            Enum.GetNames<StudyKind>(),
            kind => Assert.True(
                page.Contains($"`{kind}`", StringComparison.Ordinal)
                    || kind.EndsWith("Similarity", StringComparison.Ordinal)
                    || kind.EndsWith("Dispersion", StringComparison.Ordinal)
                    || kind.EndsWith("Contrast", StringComparison.Ordinal),
                kind));
    }

    private static (Curve? Mass, Curve? Distance) Run(string teacherFolder, string studentFolder, IReadOnlyList<Sample> samples)
    {
        using ModelObserver teacher = ModelObserver.Open(teacherFolder, new Placement(CPU, ScalarType.Float32), "teacher");
        using ModelObserver student = ModelObserver.Open(studentFolder, new Placement(CPU, ScalarType.Float32), "student");
        StudyAccumulator study = new();
        foreach (Sample sample in samples)
        {
            using SampleMeasurer ofTeacher = new(teacher, sample, keepsMaps: true);
            teacher.Observe(sample, ofTeacher);
            study.Add(ofTeacher.Finish());

            // The student's maps are compared with the teacher's, which live until the next sample.
            using TextToVisionMaps? maps = ofTeacher.TakeMaps();
            using SampleMeasurer ofStudent = new(student, sample, references: maps is null ? [] : [maps]);
            student.Observe(sample, ofStudent);
            study.Add(ofStudent.Finish());
        }

        StudyResult result = study.Finish();
        Curve? mass = result.Find("teacher", StudyKind.TextToVisionMass, Capability.Planning);
        Curve? distance = result.Find("student", StudyKind.MapCosineDistance, reference: "teacher");
        return (mass, distance);
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
}
