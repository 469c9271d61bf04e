using DriveKD.Data.Samples;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Samples.Layouts;

public sealed class DriveLmReaderTests
{
    private const string Images = "\"image_paths\": {\"CAM_BACK\": \"b.jpg\", \"CAM_FRONT\": \"f.jpg\"}";

    [Fact]
    public void Read_TwoScenes_EveryQuestionInTheOrderOfTheFile()
    {
        RecordFile records = RecordText.Read(
            """
            {"s1": {"scene_description": {"any": [1]}, "key_frames": {
                "f1": {"QA": {"planning": [{"Q": "q0 <c1,CAM_BACK,0.5,0.5>", "A": "a0", "tag": [1]}], "behavior": [{"Q": "q1", "A": "<c2,CAM_FRONT,10.5,20.0>"}]},
                       IMAGES}}},
             "s2": {"key_frames": {"f2": {IMAGES, "QA": {"perception": [], "prediction": [{"Q": "q2", "A": "a2"}]}}}}}
            """.Replace("IMAGES", Images, StringComparison.Ordinal));

        Assert.Equal(["q0 <c1,CAM_BACK,0.5,0.5>", "q1", "q2"], records.Samples.Select(sample => sample.Question));
        Assert.Equal(
            ["$.s1.key_frames.f1.QA.planning[0]", "$.s1.key_frames.f1.QA.behavior[0]", "$.s2.key_frames.f2.QA.prediction[0]"],
            records.Samples.Select(sample => sample.Source.JsonPath));
        Assert.Equal([("s1", "f1"), ("s1", "f1"), ("s2", "f2")], records.Samples.Select(sample => (sample.Scene!, sample.Frame!)));
        Assert.Equal(
            [Capability.Planning, Capability.Reasoning, Capability.Reasoning], records.Samples.Select(sample => sample.Capability));
        Assert.Equal(["CAM_BACK", "CAM_FRONT"], records.Samples[0].Images.Select(image => image.Camera));
        Assert.Equal([1], records.Samples[0].Tags);
        // DriveLM's coordinates are pixels, also in the picture's first pixel.
        Assert.Equal(CoordinateUnit.Pixel, Assert.Single(records.Samples[0].QuestionObjects).Unit);
        Assert.Equal("c2", Assert.Single(records.Samples[1].AnswerObjects).Id);
        Assert.Same(records.Samples[0].Images, records.Samples[1].Images);
        Assert.Equal(3, records.Notices[RecordNotice.ImagesPutInFront]);
    }

    [Fact]
    public void Read_KeyObjectInfos_TagsHaveTheirBoxes()
    {
        RecordFile records = RecordText.Read(
            """
            {"s": {"key_frames": {"f": {
                "key_object_infos": {
                    "<c1,CAM_BACK,15.0,40.0>": {"Category": "Vehicle", "2d_bbox": [10, 20.5, 20, 60.5]},
                    "<c2,CAM_BACK,15.0,40.0>": {"2d_bbox": [10, 20, 5, 60]},
                    "<c3,CAM_BACK,15.0,40.0>": {"2d_bbox": [1, 2, 3, "x"]},
                    "<c4,CAM_BACK,15.0,40.0>": {"2d_bbox": null},
                    "no tag": {"2d_bbox": [1, 2, 3, 4]}},
                "QA": {"planning": [{"Q": "<c1,CAM_BACK,15.0,40.0> or <c2,CAM_BACK,15.0,40.0> or <c3,CAM_BACK,15.0,40.0>?",
                                     "A": "<c4,CAM_BACK,15.0,40.0> and <c1,CAM_FRONT,1.0,1.0> and <c1,CAM_BACK,15.0,40.0>"}]},
                IMAGES}}}}
            """.Replace("IMAGES", Images, StringComparison.Ordinal));

        Sample sample = Assert.Single(records.Samples);
        Assert.Equal([new ObjectBox(10, 20.5, 20, 60.5), null, null], sample.QuestionObjects.Select(tag => tag.Box));
        Assert.Equal([null, null, new ObjectBox(10, 20.5, 20, 60.5)], sample.AnswerObjects.Select(tag => tag.Box));
        Assert.Empty(records.Faults);
    }

    [Fact]
    public void Read_QuestionsOnly_LegalWhereAnswersAreNotRequired()
    {
        string json = """{"s": {"key_frames": {"f": {"QA": {"planning": [{"Q": "q", "A": ""}, {"Q": "r"}]}, IMAGES}}}}""".Replace("IMAGES", Images, StringComparison.Ordinal);

        Assert.Equal(2, RecordText.Read(json, new RecordReadOptions { Answers = AnswerRule.AllOrNone }).Samples.Count);
        Assert.Equal(
            ["MissingAnswer $.s.key_frames.f.QA.planning[0].A", "MissingAnswer $.s.key_frames.f.QA.planning[1].A"], RecordText.Faults(json));
    }

    [Theory]
    [InlineData("3", "WrongType $.s")]
    [InlineData("{}", "MissingKey $.s")]
    [InlineData("{\"key_frames\": []}", "WrongType $.s.key_frames")]
    [InlineData("{\"key_frames\": {\"f\": 1}}", "WrongType $.s.key_frames.f")]
    [InlineData("{\"key_frames\": {\"f\": {\"image_paths\": {\"C\": \"x\"}}}}", "MissingKey $.s.key_frames.f")]
    [InlineData("{\"key_frames\": {\"f\": {\"QA\": 1, \"image_paths\": {\"C\": \"x\"}}}}", "WrongType $.s.key_frames.f.QA")]
    [InlineData("{\"key_frames\": {\"f\": {\"QA\": {\"planning\": [{\"Q\": \"q\", \"A\": \"a\"}]}}}}", "MissingImages $.s.key_frames.f.image_paths")]
    [InlineData("{\"key_frames\": {}, \"key_frames\": {}}", "DuplicateKey $.s.key_frames")]
    [InlineData("{\"key_frames\": {\"f\": {\"QA\": {}, \"image_paths\": {\"C\": \"x\"}}, \"f\": {}}}", "DuplicateKey $.s.key_frames.f")]
    [InlineData("{\"key_frames\": {\"f\": {\"QA\": {}, \"QA\": {}, \"image_paths\": {\"C\": \"x\"}}}}", "DuplicateKey $.s.key_frames.f.QA")]
    [InlineData("{\"key_frames\": {\"\\udc00\": {}}}", "InvalidText $.s.key_frames")]
    public void Read_FaultyScene_KindAndPlace(string scene, params string[] expected) =>
        Assert.Equal(expected, RecordText.Faults("""{"sound": {"key_frames": {}}, "s": SCENE}""".Replace("SCENE", scene, StringComparison.Ordinal)));

    [Theory]
    [InlineData("{\"weather\": [{\"Q\": \"q\", \"A\": \"a\"}]}", "UnknownQuestionType $.s.key_frames.f.QA.weather")]
    [InlineData("{\"planning\": {}}", "WrongType $.s.key_frames.f.QA.planning")]
    [InlineData("{\"planning\": [], \"planning\": [{}]}", "DuplicateKey $.s.key_frames.f.QA.planning")]
    [InlineData("{\"planning\": [4]}", "WrongType $.s.key_frames.f.QA.planning[0]")]
    [InlineData("{\"planning\": [{\"A\": \"a\"}]}", "MissingQuestion $.s.key_frames.f.QA.planning[0]")]
    [InlineData("{\"planning\": [{\"Q\": \" \", \"A\": \"a\"}]}", "EmptyQuestion $.s.key_frames.f.QA.planning[0].Q")]
    [InlineData("{\"planning\": [{\"Q\": \"q\", \"A\": null}]}", "MissingAnswer $.s.key_frames.f.QA.planning[0].A")]
    [InlineData("{\"planning\": [{\"Q\": \"q\", \"A\": \"a\", \"tag\": \"1\"}]}", "WrongType $.s.key_frames.f.QA.planning[0].tag")]
    [InlineData("{\"planning\": [{\"Q\": \"q\", \"Q\": \"r\", \"A\": \"a\"}]}", "DuplicateKey $.s.key_frames.f.QA.planning[0].Q")]
    [InlineData("{\"planning\": [{\"Q\": \"<image>q\", \"A\": \"a\"}]}", "PlaceholderMismatch $.s.key_frames.f.QA.planning[0].Q")]
    public void Read_FaultyQuestions_KindAndPlace(string questions, params string[] expected) =>
        Assert.Equal(expected, RecordText.Faults("""{"s": {"key_frames": {"f": {"QA": QUESTIONS, IMAGES}}}}"""
            .Replace("QUESTIONS", questions, StringComparison.Ordinal).Replace("IMAGES", Images, StringComparison.Ordinal)));

    [Fact]
    public void Read_FaultyFrame_ItsQuestionsLeftOutAndTheOthersKept()
    {
        RecordFile records = RecordText.Read(
            """
            {"s": {"key_frames": {
                "f1": {"QA": {"planning": [{"Q": "q0", "A": "a"}, {"Q": "q1", "A": "a"}]}, "image_paths": {"C": 1}},
                "f2": {"QA": {"planning": [{"Q": "q2", "A": "a"}]}, IMAGES}}}}
            """.Replace("IMAGES", Images, StringComparison.Ordinal),
            RecordText.Skipping);

        Assert.Equal("q2", Assert.Single(records.Samples).Question);
        Assert.Equal((3, 2), (records.Samples[0].Source.Index + 1, records.LeftOutCount));
        Assert.Equal("$.s.key_frames.f1.image_paths.C", Assert.Single(records.Faults).Position.JsonPath);
    }

    [Fact]
    public void Read_MissingPictureOfAFrame_ReportedOnce()
    {
        using TemporaryFolder root = new();
        File.WriteAllText(root["b.jpg"], "picture");
        RecordFile records = RecordText.Read(
            """{"s": {"key_frames": {"f": {"QA": {"planning": [{"Q": "q0", "A": "a"}, {"Q": "q1", "A": "a"}]}, IMAGES}}}}""".Replace("IMAGES", Images, StringComparison.Ordinal),
            RecordText.Skipping with { ImageRoot = root.Path });

        Assert.Equal((RecordFaultKind.MissingPicture, "$.s.key_frames.f.image_paths.CAM_FRONT"), (records.Faults[0].Kind, records.Faults[0].Position.JsonPath));
        Assert.Single(records.Faults);
        Assert.Equal(2, records.LeftOutCount);
    }
}
