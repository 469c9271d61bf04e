using DriveKD.Data.Samples;

namespace DriveKD.Data.Tests.Samples.Layouts;

public sealed class DriveBenchRecordsTests
{
    [Fact]
    public void AddRecord_Full_EverythingRead()
    {
        RecordFile records = RecordText.Read(
            """
            [{"scene_token": "s1", "frame_token": "f1", "question_type": "behavior", "question": "What will it do?", "answer": "B",
              "tag": [0, 3], "pred": "C",
              "image_path": {"CAM_BACK": "data/nuscenes/samples/CAM_BACK/b.jpg", "CAM_FRONT": null, "CAM_FRONT_LEFT": "data/l.jpg"}}]
            """);

        Assert.Equal(RecordLayout.DriveBench, records.Layout);
        Sample sample = Assert.Single(records.Samples);
        Assert.Equal(("s1", "f1", "C"), (sample.Scene, sample.Frame, sample.Prediction));
        Assert.Equal((Capability.Reasoning, "behavior"), (sample.Capability, sample.QuestionType));
        Assert.Equal([0, 3], sample.Tags);
        Assert.Equal(
            [("CAM_BACK", "data/nuscenes/samples/CAM_BACK/b.jpg"), ("CAM_FRONT_LEFT", "data/l.jpg")],
            sample.Images.Select(image => (image.Camera!, image.RecordedPath)));
    }

    [Theory]
    [InlineData("""{"image_path": {"A": "x"}, "question_type": "planning", "answer": "a"}""", "MissingQuestion $[0]")]
    [InlineData("""{"image_path": {"A": "x"}, "question_type": "planning", "question": null, "answer": "a"}""", "MissingQuestion $[0]")]
    [InlineData("""{"image_path": {"A": "x"}, "question_type": "planning", "question": "q"}""", "MissingAnswer $[0].answer")]
    [InlineData("""{"image_path": {"A": "x"}, "question": "q", "answer": "a"}""", "UnknownQuestionType $[0].question_type")]
    [InlineData("""{"image_path": {"A": "x"}, "question_type": "planning", "question": "q", "answer": "a", "tag": 2}""", "WrongType $[0].tag")]
    [InlineData("""{"image_path": {"A": "x"}, "question_type": "planning", "question": "q", "answer": "a", "tag": [1, 2.5]}""", "WrongType $[0].tag[1]")]
    [InlineData("""{"image_path": {"A": "x"}, "question_type": "planning", "question": "q", "answer": "a", "tag": [99999999999]}""", "WrongType $[0].tag[0]")]
    [InlineData("""{"image_path": {"A": "x"}, "question_type": "planning", "question": "q", "answer": "a", "scene_token": 1}""", "WrongType $[0].scene_token")]
    [InlineData("""{"scene_token": "s", "question_type": "planning", "question": "q", "answer": "a"}""", "MissingImages $[0].image_path")]
    [InlineData("""{"image_path": {}, "question_type": "planning", "question": "q", "answer": "a"}""", "MissingImages $[0].image_path")]
    [InlineData("""{"image_path": {"A": null}, "question_type": "planning", "question": "q", "answer": "a"}""", "MissingImages $[0].image_path")]
    [InlineData("""{"image_path": {"A": 1}, "question_type": "planning", "question": "q", "answer": "a"}""", "WrongType $[0].image_path.A")]
    [InlineData("""{"image_path": ["x"], "question_type": "planning", "question": "q", "answer": "a"}""", "WrongType $[0].image_path")]
    [InlineData("""{"image_path": {"A": "x", "A": "y"}, "question_type": "planning", "question": "q", "answer": "a"}""", "DuplicateKey $[0].image_path.A")]
    public void AddRecord_Faulty_KindAndPlace(string record, params string[] expected) => Assert.Equal(expected, RecordText.Faults($"[{record}]"));
}
