using DriveKD.Evaluation.DriveBench.Descriptions;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.DriveBench.Descriptions;

public sealed class ObjectDescriptionsTests
{
    [Theory]
    [InlineData("What about <c1,CAM_BACK,9,9> and <c2,CAM_BACK,1,1>?", true, "red bus.")]
    [InlineData("What about <>?", true, "red bus.")]
    [InlineData("What about <c2>?", true, null)]
    [InlineData("What is it?", true, null)]
    [InlineData("a < b and c > d", false, null)]
    [InlineData("What about <c1, CAM_BACK,9,9>?", false, null)]
    [InlineData("line one <c1,CAM_BACK\n>", true, null)]
    [InlineData("In this scenario, what are safe actions to take for the ego vehicle?", true, "No visual description needed for this question.")]
    public void TryFind_Questions_AsThePublishedLookUp(string question, bool isKnown, string? description)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["d.json"], """
            {"s": {"key_frames": {"f": {"key_object_infos": {
              "<c1,CAM_BACK,10.0,20.0>": {"Visual_description": "Red BUS."}, "<c2,CAM_BACK,1.0,2.0>": {"Visual_description": null}}}}}}
            """);

        Assert.Equal(isKnown, ObjectDescriptions.Read(folder["d.json"]).TryFind("s", "f", question, out string? found));
        Assert.Equal(description, found);
    }
}
