using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Samples.Inspection;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Samples.Inspection;

public sealed class DataInspectorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Inspect_DriveLmDemo_Counts()
    {
        string folder = TestPaths.RequireShared("data", "drivelm-demo");

        DataInspection inspection = DataInspector.Inspect(
            Path.Combine(folder, "train_sample.json"), new InspectionOptions { ImageRoot = folder, CountTokens = text => text.Split(' ').Length });

        Assert.True(inspection.IsSound);
        Assert.Equal(
            [
                new CapabilityCount(Capability.Perception, "perception", 337),
                new CapabilityCount(Capability.Reasoning, "prediction", 271),
                new CapabilityCount(Capability.Reasoning, "behavior", 9),
                new CapabilityCount(Capability.Planning, "planning", 173),
            ],
            inspection.Capabilities);
        Assert.Equal((790, 790, 2, 9, 54), (inspection.Records, inspection.Samples, inspection.Scenes, inspection.Frames, inspection.Pictures));
        Assert.Equal(new KeyValuePair<int, int>(6, 790), Assert.Single(inspection.ImagesPerSample));
        Assert.Empty(inspection.UnusablePictures!);
        Assert.Equal(15, inspection.Duplicates.Sum(group => group.Positions.Count - 1));
        Assert.Equal(2, inspection.Contradictions.Count);
        Assert.Equal(1745, inspection.Characters.Whole!.Maximum);
        Assert.NotNull(inspection.Tokens!.Answer);
    }

    [Fact]
    public void Inspect_DriveLmTrainAgainstTest_EverythingShared()
    {
        string folder = TestPaths.RequireShared("data", "drivelm-demo");

        DataInspection inspection = DataInspector.Inspect(
            Path.Combine(folder, "train_sample.json"),
            new InspectionOptions { ImageRoot = folder, Against = Path.Combine(folder, "test_eval.json") });

        Leakage leakage = inspection.Leakage!;
        Assert.False(inspection.IsSound);
        Assert.Equal((66, 2, 9, 54), (leakage.AgainstSamples, leakage.SharedScenes.Count, leakage.SharedFrames.Count, leakage.SharedPictures.Count));
        Assert.True(leakage.ContentsCompared);
        Assert.True(leakage.ScenesComparable);
        Assert.Equal(49, leakage.SharedQuestions.Count);
    }

    [Fact]
    public void Inspect_DriveKdDemoWithoutPictures_CountedAndListed()
    {
        DataInspection inspection = DataInspector.Inspect(
            TestPaths.RequireShared("data", "drive-kd", "demo.json"),
            new InspectionOptions { ImageRoot = TestPaths.RequireShared("data", "drivelm-demo") });

        Assert.False(inspection.IsSound);
        Assert.Equal(7, inspection.Samples);
        Assert.Equal(27, inspection.UnusablePictures!.Count);
        Assert.Equal(27, inspection.FaultCounts[RecordFaultKind.MissingPicture]);
        Assert.Equal(0, inspection.Scenes);
    }

    [Fact]
    public void Inspect_DriveKdMadeFromDriveLm_PicturesSharedAcrossLayouts()
    {
        string images = TestPaths.RequireShared("data", "drivelm-demo");

        DataInspection inspection = DataInspector.Inspect(
            TestPaths.RequireShared("golden", "trainer", "data_main.json"),
            new InspectionOptions { ImageRoot = images, Against = Path.Combine(images, "train_sample.json") });

        Assert.False(inspection.Leakage!.ScenesComparable);
        Assert.Equal(inspection.Pictures, inspection.Leakage.SharedPictures.Count);
        Assert.All(inspection.Leakage.SharedPictures, picture => Assert.False(picture.ByContent));
    }

    [Fact]
    public void Inspect_Faulty_ListedAndLeftOutOfTheCounts()
    {
        string file = Write("f.json", $"[{RecordText.DriveKd()}, {RecordText.DriveKd(type: "\"x\"")}, {RecordText.DriveKd(answer: "null")}]");

        DataInspection inspection = DataInspector.Inspect(file);

        Assert.Equal((3, 1, false), (inspection.Records, inspection.Samples, inspection.IsSound));
        Assert.Equal([1, 2], inspection.Faults.Select(fault => fault.Position.Index));
        Assert.Null(inspection.UnusablePictures);
        Assert.Null(inspection.Tokens);
    }

    [Fact]
    public void Inspect_QuestionsOnly_SoundAndSaid()
    {
        DataInspection inspection = DataInspector.Inspect(Write("f.json", $"[{RecordText.DriveKd(answer: "\"\"")}]"));

        Assert.True(inspection.IsSound);
        Assert.Equal(1, inspection.SamplesWithoutAnswer);
        Assert.Null(inspection.Characters.Answer);
    }

    [Fact]
    public void Inspect_Lengths_WithoutPlaceholdersInCharactersAndTokens()
    {
        string file = Write("f.json", $"[{RecordText.DriveKd(question: "\"<image>\\nab \\ud83d\\ude97\"", answer: "\"xyz\"")}]");

        DataInspection inspection = DataInspector.Inspect(file, new InspectionOptions { CountTokens = text => 10 * text.Length });

        Assert.Equal(new LengthSummary(4, 4, 4, 4), inspection.Characters.Question);
        Assert.Equal(new LengthSummary(3, 3, 3, 3), inspection.Characters.Answer);
        Assert.Equal(new LengthSummary(80, 80, 80, 80), inspection.Tokens!.Whole);
    }

    [Fact]
    public void Inspect_Repeated_DuplicatesAndContradictions()
    {
        string file = Write(
            "f.json",
            $"""
            [{RecordText.DriveKd()}, {RecordText.DriveKd()}, {RecordText.DriveKd(answer: "\"No.\"")},
             {RecordText.DriveKd(images: "[\"b.jpg\"]")}, {RecordText.DriveKd(images: "[\"a.jpg\", \"b.jpg\"]")}, {RecordText.DriveKd(images: "[\"b.jpg\", \"a.jpg\"]")}]
            """);

        DataInspection inspection = DataInspector.Inspect(file);

        Assert.Equal(["$[0]", "$[1]"], Assert.Single(inspection.Duplicates).Positions.Select(position => position.JsonPath));
        Assert.Equal(["$[0]", "$[1]", "$[2]"], Assert.Single(inspection.Contradictions).Positions.Select(position => position.JsonPath));
        Assert.True(inspection.IsSound);
    }

    [Fact]
    public void Inspect_SameContentUnderAnotherName_SharedByContent()
    {
        Write("one.jpg", "the same content");
        Write("two.jpg", "the same content");
        Write("three.jpg", "another content!");
        string file = Write("f.json", $"[{RecordText.DriveKd(question: "\"<image>Clear?\"", images: "[\"one.jpg\"]")}]");
        string same = Write("g.json", $"[{RecordText.DriveKd(question: "\"Clear?\"", images: "[\"two.jpg\"]")}]");
        string other = Write("h.json", $"[{RecordText.DriveKd(question: "\"Clear?\"", images: "[\"three.jpg\"]")}]");

        Leakage shared = DataInspector.Inspect(file, new InspectionOptions { ImageRoot = _folder.Path, Against = same }).Leakage!;
        Leakage none = DataInspector.Inspect(file, new InspectionOptions { ImageRoot = _folder.Path, Against = other }).Leakage!;
        Leakage byPathAlone = DataInspector.Inspect(file, new InspectionOptions { Against = same }).Leakage!;

        Assert.Equal(new SharedPicture("one.jpg", "two.jpg", ByContent: true), Assert.Single(shared.SharedPictures));
        Assert.Equal("Clear?", Assert.Single(shared.SharedQuestions).Question);
        Assert.False(none.IsFound);
        Assert.False(byPathAlone.IsFound);
        Assert.False(byPathAlone.ContentsCompared);
    }

    [Fact]
    public void Inspect_CorruptedPicturesOfTheSamePhotographs_Shared()
    {
        string clean = Write("f.json", $"[{RecordText.DriveKd(images: "[\".../nuscenes/samples/CAM_BACK/x.jpg\"]")}]");
        string corrupted = Write(
            "g.json",
            """[{"image_path": {"CAM_BACK": "data/corruption/Fog/CAM_BACK/x.jpg"}, "question_type": "planning", "question": "Other?", "answer": "a"}]""");

        Leakage leakage = DataInspector.Inspect(clean, new InspectionOptions { Against = corrupted }).Leakage!;

        Assert.Equal("data/corruption/Fog/CAM_BACK/x.jpg", Assert.Single(leakage.SharedPictures).OtherPath);
        Assert.Empty(leakage.SharedQuestions);
    }

    [Fact]
    public void Inspect_OtherFileFaulty_NotSound()
    {
        string file = Write("f.json", $"[{RecordText.DriveKd()}]");
        string other = Write("g.json", $"[{RecordText.DriveKd(images: "[\"c.jpg\"]", type: "\"x\"")}]");

        DataInspection inspection = DataInspector.Inspect(file, new InspectionOptions { Against = other });

        Assert.False(inspection.IsSound);
        Assert.Single(inspection.Leakage!.AgainstFaults);
        Assert.Empty(inspection.Faults);
    }

    [Fact]
    public void Inspect_BrokenFile_Refused() =>
        Assert.Throws<InputException>(() => DataInspector.Inspect(Write("f.json", "[{")));

    private string Write(string name, string content)
    {
        File.WriteAllText(_folder[name], content);
        return _folder[name];
    }
}
