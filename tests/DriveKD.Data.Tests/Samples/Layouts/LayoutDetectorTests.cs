using DriveKD.Data.Samples;

namespace DriveKD.Data.Tests.Samples.Layouts;

public sealed class LayoutDetectorTests
{
    private const string BenchRecord =
        """{"question_type": "planning", "question": "q", "answer": "a", "image_path": {"CAM_FRONT": "x.jpg"}}""";

    [Theory]
    [InlineData("data")]
    [InlineData("items")]
    [InlineData("samples")]
    [InlineData("dataset")]
    [InlineData("records")]
    public void Detect_ListUnderAKey_Found(string key)
    {
        RecordFile records = RecordText.Read($$"""{"version": {"a": [1]}, "{{key}}": [{{RecordText.DriveKd()}}], "note": [2]}""");

        Assert.Equal(RecordLayout.DriveKd, records.Layout);
        Assert.Equal($"$.{key}[0]", Assert.Single(records.Samples).Source.JsonPath);
    }

    [Fact]
    public void Detect_ContainerNameThatHoldsNoList_NotTheContainer() =>
        Assert.Single(RecordText.Read($$"""{"dataset": "drive", "samples": [{{RecordText.DriveKd()}}]}""").Samples);

    [Fact]
    public void Detect_DriveBenchUnderAKey_Found() =>
        Assert.Equal(RecordLayout.DriveBench, RecordText.Read($$"""{"data": [{{BenchRecord}}]}""").Layout);

    [Theory]
    [InlineData("scene_token")]
    [InlineData("frame_token")]
    [InlineData("image_path")]
    public void Detect_DriveBenchKey_DriveBench(string key) =>
        Assert.Equal(
            RecordLayout.DriveBench, RecordText.Read($$"""[{"{{key}}": null, "question": "q"}]""", RecordText.Skipping).Layout);

    [Fact]
    public void Detect_FirstElementsTellNothing_LaterOneDoes() =>
        Assert.Equal(RecordLayout.DriveBench, RecordText.Read($$"""[1, {}, {"question": "q"}, {{BenchRecord}}]""", RecordText.Skipping).Layout);

    [Fact]
    public void Detect_QuestionAlone_DriveKdWithItsFaults()
    {
        RecordFile records = RecordText.Read("""[{"question": "q", "answer": "a", "question_type": "plan"}]""", RecordText.Skipping);

        Assert.Equal(RecordLayout.DriveKd, records.Layout);
        Assert.Equal(RecordFaultKind.MissingImages, Assert.Single(records.Faults).Kind);
    }

    [Fact]
    public void Detect_SecondSceneHasKeyFrames_DriveLm() =>
        Assert.Equal(
            RecordLayout.DriveLm,
            RecordText.Read(
                """{"a": {"scene_description": "x"}, "b": {"key_frames": {"f": {"QA": {"planning": [{"Q": "q", "A": "a"}]}, "image_paths": {"CAM_FRONT": "x"}}}}}""",
                RecordText.Skipping).Layout);

    [Theory]
    [InlineData("[]", "the list is empty")]
    [InlineData("{}", "empty object")]
    [InlineData("{\"data\": []}", "the list 'data' is empty")]
    [InlineData("[1, \"a\"]", "holds no object")]
    [InlineData("[{\"prompt\": 1, \"label\": 2}]", "prompt, label")]
    [InlineData("{\"rows\": [], \"data\": 3}", "keys rows, data")]
    [InlineData("{\"data\": [{\"images\": []}], \"items\": [{\"images\": []}]}", "two lists")]
    [InlineData("\"text\"", "the text \"text\"")]
    [InlineData("3", "the number 3")]
    [InlineData("{\"s\": {\"key_frames\": {}}}", "holds no question")]
    public void Detect_NoRecords_SaysWhatWasFound(string json, string expected) =>
        Assert.Contains(expected, RecordText.Problem(json), StringComparison.Ordinal);
}
