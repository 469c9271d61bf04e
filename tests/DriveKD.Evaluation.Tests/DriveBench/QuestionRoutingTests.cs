using DriveKD.Data.Samples;
using DriveKD.Evaluation.DriveBench;

namespace DriveKD.Evaluation.Tests.DriveBench;

public sealed class QuestionRoutingTests
{
    [Theory]
    [InlineData(DriveTask.Perception, new[] { 0, 2 }, QuestionForm.OpenAnswer)]
    [InlineData(DriveTask.Perception, new[] { 0 }, QuestionForm.MultipleChoice)]
    [InlineData(DriveTask.Perception, new[] { 1 }, null)]
    [InlineData(DriveTask.Prediction, new[] { 0, 3 }, QuestionForm.OpenAnswer)]
    [InlineData(DriveTask.Prediction, new[] { 0 }, QuestionForm.YesNo)]
    [InlineData(DriveTask.Planning, new[] { 1 }, QuestionForm.OpenAnswer)]
    [InlineData(DriveTask.Planning, new[] { 0 }, null)]
    [InlineData(DriveTask.Behavior, new[] { 0 }, QuestionForm.MultipleChoice)]
    [InlineData(DriveTask.Behavior, new int[0], null)]
    public void Find_TaskAndTags_TheFormOfAnswer(DriveTask task, int[] tags, QuestionForm? form) =>
        Assert.Equal(form is QuestionForm known ? new QuestionRoute(task, known) : null, QuestionRouting.Find(task, tags));

    [Theory]
    [InlineData("behavior", DriveTask.Behavior)]
    [InlineData("Perception", null)]
    [InlineData("motion", null)]
    [InlineData(null, null)]
    public void FindTask_Name_MustBeSpeltAsPublished(string? name, DriveTask? task) => Assert.Equal(task, QuestionRouting.FindTask(name));

    [Theory]
    [InlineData(DriveTask.Perception, Capability.Perception)]
    [InlineData(DriveTask.Prediction, Capability.Reasoning)]
    [InlineData(DriveTask.Behavior, Capability.Reasoning)]
    [InlineData(DriveTask.Planning, Capability.Planning)]
    public void Capability_OfATask_AsInThePaper(DriveTask task, Capability capability) =>
        Assert.Equal(capability, new QuestionRoute(task, QuestionForm.OpenAnswer).Capability);
}
