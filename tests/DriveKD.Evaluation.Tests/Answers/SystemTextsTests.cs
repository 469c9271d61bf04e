using DriveKD.Data.Samples;
using DriveKD.Evaluation.Answers;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Answers;

public sealed class SystemTextsTests
{
    [Theory]
    [InlineData("none", "")]
    [InlineData("model", null)]
    [InlineData("You drive.", "You drive.")]
    public void For_Words_AreWhatTheySay(string system, string? expected) => Assert.Equal(expected, SystemTexts.For(new PromptSettings { System = system }, Sample("CAM_FRONT")));

    [Theory]
    [InlineData(new[] { "CAM_BACK" }, "You are given one picture, of the camera CAM_BACK.")]
    [InlineData(new[] { "CAM_FRONT", "CAM_BACK_LEFT" }, "You are given 2 pictures, of these cameras in this order: CAM_FRONT, CAM_BACK_LEFT.")]
    [InlineData(new[] { "CAM_FRONT", null }, "You are given 2 pictures.")]
    [InlineData(new string[0], "You are given no picture.")]
    public void For_DriveBench_NamesTheCamerasPresent(string?[] cameras, string expected) =>
        Assert.Contains(expected, SystemTexts.For(new PromptSettings { System = PromptSettings.DriveBenchSystem }, Sample(cameras)), StringComparison.Ordinal);

    private static Sample Sample(params string?[] cameras) => new()
    {
        Images = [.. cameras.Select(camera => new SampleImage("a.jpg", "/a.jpg", camera))],
        Question = "What?",
        Answer = null,
        Capability = Capability.Perception,
        QuestionType = "perception",
        Source = new SourcePosition("f", 0, "$"),
    };
}
