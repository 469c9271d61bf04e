using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Samples;

public sealed class RecordReaderTests
{
    [Fact]
    public void Read_DriveLmDemo_EveryQuestionWithItsSixPictures()
    {
        string folder = TestPaths.RequireShared("data", "drivelm-demo");

        RecordFile records = RecordReader.Read(Path.Combine(folder, "train_sample.json"), new RecordReadOptions { ImageRoot = folder });

        Assert.Equal(RecordLayout.DriveLm, records.Layout);
        Assert.Equal(790, records.Samples.Count);
        Assert.Equal(790, records.RecordCount);
        Assert.Equal(
            new Dictionary<string, int> { ["perception"] = 337, ["prediction"] = 271, ["planning"] = 173, ["behavior"] = 9 },
            records.Samples.CountBy(sample => sample.QuestionType).ToDictionary());
        Assert.Equal(280, records.Samples.Count(sample => sample.Capability == Capability.Reasoning));
        Assert.Equal(2, records.Samples.Select(sample => sample.Scene).Distinct().Count());
        Assert.Equal(9, records.Samples.Select(sample => sample.Frame).Distinct().Count());
        Assert.All(records.Samples, sample => Assert.Equal(6, sample.Images.Count));
        string[] pictures = [.. records.Samples.SelectMany(sample => sample.Images).Select(image => image.FullPath!).Distinct()];
        Assert.Equal(54, pictures.Length);
        Assert.All(pictures, path => Assert.True(File.Exists(path), path));
        Assert.All(
            records.Samples.SelectMany(sample => sample.Images).Distinct(),
            image => Assert.Contains($"/{image.Camera}/", image.RecordedPath, StringComparison.Ordinal));
        Assert.All(
            records.Samples.SelectMany(sample => sample.QuestionObjects.Concat(sample.AnswerObjects)),
            tag => Assert.Equal(CoordinateUnit.Pixel, tag.Unit));
        Assert.Equal(Enumerable.Range(0, 790), records.Samples.Select(sample => sample.Source.Index));
        Assert.Empty(records.Faults);
    }

    [Fact]
    public void Read_DriveLmTestForm_Tags()
    {
        string file = TestPaths.RequireShared("data", "drivelm-demo", "test_eval.json");

        RecordFile records = RecordReader.Read(file);

        Assert.Equal(66, records.Samples.Count);
        Assert.All(records.Samples, sample => Assert.Single(sample.Tags));
        Assert.Equal([0, 1, 2, 3], records.Samples.Select(sample => sample.Tags[0]).Distinct().Order());
        Assert.All(records.Samples.SelectMany(sample => sample.Images), image => Assert.Null(image.FullPath));
    }

    [Fact]
    public void Read_DriveKdDemo_SevenRecordsInTheirOwnImageOrders()
    {
        RecordFile records = RecordReader.Read(TestPaths.RequireShared("data", "drive-kd", "demo.json"));

        Assert.Equal(RecordLayout.DriveKd, records.Layout);
        Assert.Equal([1, 6, 6, 6, 1, 6, 1], records.Samples.Select(sample => sample.Images.Count));
        Assert.Equal([2, 2, 3], records.Samples.CountBy(sample => sample.Capability).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        Assert.Equal(
            ["CAM_FRONT_LEFT", "CAM_FRONT", "CAM_FRONT_RIGHT", "CAM_BACK_RIGHT", "CAM_BACK", "CAM_BACK_LEFT"],
            records.Samples[1].Images.Select(image => image.Camera));
        Assert.Equal(
            ["CAM_FRONT_LEFT", "CAM_FRONT", "CAM_FRONT_RIGHT", "CAM_BACK_LEFT", "CAM_BACK", "CAM_BACK_RIGHT"],
            records.Samples[2].Images.Select(image => image.Camera));
        Assert.Null(records.Samples[0].Images[0].Camera);
        Assert.Equal(CoordinateUnit.Normalized, Assert.Single(records.Samples[0].QuestionObjects).Unit);
    }

    [Fact]
    public void Read_DriveKdDemoWithoutItsPictures_EveryMissingPictureReported()
    {
        string file = TestPaths.RequireShared("data", "drive-kd", "demo.json");
        RecordReadOptions options = new() { ImageRoot = TestPaths.RequireShared("data", "drivelm-demo") };

        InputException exception = Assert.Throws<InputException>(() => RecordReader.Read(file, options));

        Assert.Equal(27, exception.Problems.Count);
        Assert.All(exception.Problems, problem => Assert.Contains("is missing", problem.What, StringComparison.Ordinal));
        Assert.Contains("sample 6 ($[6].images[0])", exception.Problems[26].Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TrainerRecords_AliasesPlaceholdersAndTextOnly()
    {
        RecordReadOptions options = new() { ImageRoot = TestPaths.RequireShared("data", "drivelm-demo") };

        RecordFile main = RecordReader.Read(TestPaths.RequireShared("golden", "trainer", "data_main.json"), options);
        RecordFile textOnly = RecordReader.Read(TestPaths.RequireShared("golden", "trainer", "data_text_only.json"), options);
        RecordFile twoImages = RecordReader.Read(TestPaths.RequireShared("golden", "trainer", "data_two_images.json"), options);

        Assert.Equal(12, main.Samples.Count);
        Assert.All(Enum.GetValues<Capability>(), capability => Assert.Equal(4, main.Samples.Count(sample => sample.Capability == capability)));
        Assert.Equal("perceptual", main.Samples[3].QuestionType);
        Assert.Equal("logical reasoning", main.Samples[4].QuestionType);
        Assert.Equal(1, Assert.Single(main.Notices).Value);
        Assert.Equal(3, textOnly.Samples.Count);
        Assert.All(textOnly.Samples, sample => Assert.Empty(sample.Images));
        Assert.Equal(2, twoImages.Samples.Count);
        Assert.All(twoImages.Samples, sample => Assert.Equal(2, sample.Images.Count));
    }

    [Fact]
    public void Read_PredictionsFile_SaysWhatItIs()
    {
        string file = TestPaths.RequireShared("data", "drivelm-demo", "output.json");

        InputException exception = Assert.Throws<InputException>(() => RecordReader.Read(file));

        Assert.Contains("predictions", Assert.Single(exception.Problems).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSuchFileOrFolder_Refused()
    {
        using TemporaryFolder folder = new();

        Assert.Contains("does not exist", Assert.Throws<InputException>(() => RecordReader.Read(folder["none.json"])).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => RecordReader.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Pipe_Refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no named pipes among the files");
        using TemporaryFolder folder = new();
        using (System.Diagnostics.Process process = System.Diagnostics.Process.Start("mkfifo", folder["pipe"]))
        {
            process.WaitForExit();
        }

        // A pipe opens when somebody writes to it.
        using FileStream writer = new(folder["pipe"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        Assert.Contains("is a pipe", Assert.Throws<InputException>(() => RecordReader.Read(folder["pipe"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSuchImageRoot_Refused()
    {
        RecordReadOptions options = new() { ImageRoot = "/no/such/folder" };

        Assert.Contains("does not exist", RecordText.Problem($"[{RecordText.DriveKd()}]", options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty file")]
    [InlineData("  \n ", "not valid JSON at line 2")]
    [InlineData("[", "not valid JSON at line 1")]
    [InlineData("[{\"messages\": []}\n, {]", "not valid JSON at line 2, byte 4")]
    [InlineData("[{\"images\": []}] []", "not valid JSON at line 1, byte 18")]
    [InlineData("{\"s\": {\"key_frames\": {}}} 1", "not valid JSON at line 1, byte 27")]
    [InlineData("[{\"images\": NaN}]", "not valid JSON at line 1, byte 13")]
    public void Read_BrokenJson_LineAndByte(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => RecordText.Read(json)).Problems[0].What, StringComparison.Ordinal);

    [Fact]
    public void Read_BrokenAfterFaultyRecords_BothReported()
    {
        InputException exception = Assert.Throws<InputException>(() => RecordText.Read($"[{RecordText.DriveKd(question: "3")}, oops"));

        Assert.Equal(2, exception.Problems.Count);
        Assert.Contains("not valid JSON", exception.Problems[0].What, StringComparison.Ordinal);
        Assert.Contains("expected a text", exception.Problems[1].What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooDeep_Refused() =>
        Assert.Contains("not valid JSON", RecordText.Problem(new string('[', 5000)), StringComparison.Ordinal);

    [Fact]
    public void Read_ByteOrderMark_PassedOver() =>
        Assert.Single(RecordText.Read([0xef, 0xbb, 0xbf, .. System.Text.Encoding.UTF8.GetBytes($"[{RecordText.DriveKd()}]")]).Samples);

    [Fact]
    public void Read_Utf16_SaysSo()
    {
        byte[] bytes = [.. System.Text.Encoding.Unicode.Preamble, .. System.Text.Encoding.Unicode.GetBytes($"[{RecordText.DriveKd()}]")];

        Assert.Contains("UTF-16", Assert.Throws<InputException>(() => RecordText.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Stop_EveryFaultOfTheFileAtOnce()
    {
        string json = $"[{RecordText.DriveKd(type: "\"weather\"")}, {RecordText.DriveKd()}, {RecordText.DriveKd(answer: "\"\"")}, 7]";

        InputException exception = Assert.Throws<InputException>(() => RecordText.Read(json));

        Assert.Equal(
            ["sample 0 ($[0].question_type)", "sample 2 ($[2].answer)", "sample 3 ($[3])"],
            exception.Problems.Select(problem => problem.Where[(problem.Where.LastIndexOf(", ", StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public void Read_SkipAndCount_FaultyRecordsLeftOutAndCounted()
    {
        string json = $"[{RecordText.DriveKd(type: "\"weather\"")}, {RecordText.DriveKd()}, {RecordText.DriveKd(type: "\"snow\"")}, 7]";

        RecordFile records = RecordText.Read(json, RecordText.Skipping);

        Assert.Equal(1, Assert.Single(records.Samples).Source.Index);
        Assert.Equal("$[1]", records.Samples[0].Source.JsonPath);
        Assert.Equal(4, records.RecordCount);
        Assert.Equal(3, records.LeftOutCount);
        Assert.Equal(
            new Dictionary<RecordFaultKind, int> { [RecordFaultKind.WrongType] = 1, [RecordFaultKind.UnknownQuestionType] = 2 },
            records.FaultCounts);
    }

    [Fact]
    public void Read_RepeatedTexts_KeptOnce()
    {
        RecordFile records = RecordText.Read($"[{RecordText.DriveKd()}, {RecordText.DriveKd()}]");

        Assert.Same(records.Samples[0].Question, records.Samples[1].Question);
        Assert.Same(records.Samples[0].Answer, records.Samples[1].Answer);
    }

    [Fact]
    public void Read_RecordLongerThanTheBuffer_Read()
    {
        string question = new('q', 3_000_000);

        RecordFile records = RecordText.Read($"[{RecordText.DriveKd(question: $"\"{question}\"")}, {RecordText.DriveKd()}]");

        Assert.Equal(question, records.Samples[0].Question);
        Assert.Equal(2, records.Samples.Count);
    }

    [Fact]
    public void Read_EscapesAcrossBufferBoundaries_EveryTextWhole()
    {
        // 40,000 records put the boundaries of the 256 KiB buffer at every kind of place.
        string[] questions = [.. Enumerable.Range(0, 40_000).Select(i => $"Wo \\u00fcberholt der \\uD83D\\uDE97 Nr. {i}? äöü")];
        string json = $"[{string.Join(",\n", questions.Select(question => RecordText.DriveKd(question: $"\"{question}\"")))}]";

        RecordFile records = RecordText.Read(json);

        Assert.Equal(
            Enumerable.Range(0, 40_000).Select(i => $"Wo überholt der \U0001F697 Nr. {i}? äöü"),
            records.Samples.Select(sample => sample.Question));
    }

    [Theory]
    [InlineData(AnswerRule.Required, 1, 1)]
    [InlineData(AnswerRule.AllOrNone, 1, 1)]
    [InlineData(AnswerRule.Optional, 2, 0)]
    public void Read_OneAnswerMissing_AsTheRuleSays(AnswerRule rule, int samples, int faults)
    {
        string json = $"[{RecordText.DriveKd(answer: "null")}, {RecordText.DriveKd()}]";

        RecordFile records = RecordText.Read(json, RecordText.Skipping with { Answers = rule });

        Assert.Equal(samples, records.Samples.Count);
        Assert.Equal(faults, records.FaultCounts.GetValueOrDefault(RecordFaultKind.MissingAnswer));
    }

    [Theory]
    [InlineData(AnswerRule.Required, 0)]
    [InlineData(AnswerRule.AllOrNone, 2)]
    [InlineData(AnswerRule.Optional, 2)]
    public void Read_NoAnswerAtAll_AsTheRuleSays(AnswerRule rule, int samples)
    {
        string json = $"[{RecordText.DriveKd(answer: "\"\"")}, {RecordText.DriveKd(answer: "null")}]";

        RecordFile records = RecordText.Read(json, RecordText.Skipping with { Answers = rule });

        Assert.Equal(samples, records.Samples.Count);
        Assert.All(records.Samples, sample => Assert.Null(sample.Answer));
    }

    [Fact]
    public void Read_Progress_ReachesTheEndOfTheFile()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["records.json"], $"[{RecordText.DriveKd()}]");
        Recorder recorder = new();

        RecordReader.Read(folder["records.json"], progress: recorder);

        Assert.Equal(new FileInfo(folder["records.json"]).Length, recorder.Last!.Done);
        Assert.Equal(recorder.Last.Total, recorder.Last.Done);
    }

    [Fact]
    public void Read_Cancelled_Stops()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["records.json"], $"[{RecordText.DriveKd()}]");

        Assert.Throws<OperationCanceledException>(() => RecordReader.Read(folder["records.json"], cancellationToken: new CancellationToken(true)));
    }

    private sealed class Recorder : IProgress<DataProgress>
    {
        public DataProgress? Last { get; private set; }

        public void Report(DataProgress value) => Last = value;
    }
}
