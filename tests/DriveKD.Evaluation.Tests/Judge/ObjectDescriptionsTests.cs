using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Judge;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Judge;

public sealed class ObjectDescriptionsTests
{
    private const string WholeScene = "No visual description needed for this question.";

    /// <summary>Real questions, and questions made to find the edges of the rule.</summary>
    [Fact]
    public void FindAndFor_RecordedCases_AgreeWithThePublishedCode()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(TestPaths.RequireShared("golden", "metrics", "scoring.json")));
        ObjectDescriptions descriptions = ObjectDescriptions.Read(TestPaths.RequireShared("data", "drivelm-demo", "train_sample.json"));
        JsonElement[] real = [.. document.RootElement.GetProperty("questions").EnumerateArray()];
        JsonElement[] made = [.. document.RootElement.GetProperty("routing_and_description_cases").EnumerateArray()];
        Assert.Equal((66, 19), (real.Length, made.Length));
        foreach (JsonElement item in real.Concat(made))
        {
            string question = item.GetProperty("question").GetString()!;
            string? own = descriptions.Find(item.GetProperty("scene_token").GetString(), item.GetProperty("frame_token").GetString(), question);
            // Where the published code raises, there is none.
            string? recorded = item.TryGetProperty("description", out JsonElement found) ? found.GetString() : null;
            if (recorded == WholeScene)
            {
                Assert.Equal("The question is about the whole scene, not about one object.", own);
            }
            else
            {
                Assert.Equal(recorded, own);
            }

            bool isBucketRecorded = item.TryGetProperty("bucket", out JsonElement bucket);
            bool isUnknown = item.TryGetProperty("error", out JsonElement error) && error.GetString() == "NotImplementedError";
            if (isBucketRecorded || isUnknown)
            {
                Rubric? rubric = Rubrics.For(item.GetProperty("question_type").GetString(), [.. item.GetProperty("tag").EnumerateArray().Select(tag => tag.GetInt32())], out string? why);
                Assert.Equal(isUnknown ? null : bucket.GetString()?.ToLowerInvariant(), rubric is null ? null : $"{rubric.QuestionType}/{rubric.Kind}");
                Assert.Equal(rubric is null, why is not null);
            }
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"s\": {\"key_frames\": {\"f\": {}}}}")]
    [InlineData("{\"s\": 5}")]
    [InlineData("not JSON")]
    public void Read_FileOfAnotherForm_IsRefused(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["d.json"], text);

        Assert.Contains("d.json", Assert.Throws<InputException>(() => ObjectDescriptions.Read(folder["d.json"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OddValues_AreNoDescription()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["d.json"], """{"s": {"key_frames": {"f": {"key_object_infos": {"<c1,A,1>": 5, "<c2,A,1>": {"Visual_description": " "}, "<c3,A,1>": {"Visual_description": "Red Car."}}}, "g": null}}, "t": null}""");
        ObjectDescriptions descriptions = ObjectDescriptions.Read(folder["d.json"]);

        Assert.Equal("red car.", descriptions.Find("s", "f", "What about <c3,A,9>?"));
        Assert.All((string[])["<c1,A>", "<c2,A>", "<c4,A>", "none"], question => Assert.Null(descriptions.Find("s", "f", question)));
        Assert.Null(descriptions.Find("s", "g", "<c3,A>"));
        Assert.Null(descriptions.Find("t", "f", "<c3,A>"));
        Assert.Null(descriptions.Find(null, null, "<c3,A>"));
    }
}
