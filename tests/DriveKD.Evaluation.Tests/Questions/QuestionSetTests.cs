using DriveKD.Data.Samples;
using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Folders;

namespace DriveKD.Evaluation.Tests.Questions;

public sealed class QuestionSetTests
{
    private readonly SeedStreams _seeds = new(7);

    [Fact]
    public void Of_Records_NamesEachOnceByItsPlace()
    {
        using Scene scene = new(2);

        Assert.Equal(12, scene.Questions.Questions.Select(question => question.Id).Distinct().Count());
        Assert.Equal("scene-1/frame-1/perception-2/0", scene.Questions.Questions[7].Id);
        Assert.Same(scene.Questions.Questions[7], scene.Questions.Find("scene-1/frame-1/perception-2/0"));
        Assert.Null(scene.Questions.Find("scene-9/frame-1/perception-2/0"));
        Assert.All(scene.Questions.Questions, question => Assert.False(question.IsRoutedByWording));
    }

    [Fact]
    public void Of_EqualPlaces_AreNumbered()
    {
        QuestionSet set = QuestionSet.Of([Plain("perception", "one"), Plain("perception", "two"), Plain("planning", "three")]);

        Assert.Equal(["file/perception/0", "file/perception/1", "file/planning/0"], set.Questions.Select(question => question.Id));
        Assert.Equal(["file/perception/0", "file/perception/1", "file/planning/0"], set.Questions.Select(question => question.Cluster));
    }

    [Theory]
    [InlineData("perception", "Which? A. Car. B. Bus.", "B", "perception", 0, QuestionForm.MultipleChoice)]
    [InlineData("perception", "Which? A. Car. B. Bus.", "It is the bus.", "perception", 2, QuestionForm.OpenAnswer)]
    [InlineData("perception", "What is there?", "B", "perception", 2, QuestionForm.OpenAnswer)]
    [InlineData("reasoning", "Would it brake?", "Yes.", "prediction", 0, QuestionForm.YesNo)]
    [InlineData("reasoning", "Would it brake?", "Yes, it would.", "prediction", 3, QuestionForm.OpenAnswer)]
    [InlineData("behavior", "Predict. A. Left. B. Right.", "A", "behavior", 0, QuestionForm.MultipleChoice)]
    [InlineData("planning", "What to do? A. Stop. B. Go.", "A", "planning", 1, QuestionForm.OpenAnswer)]
    public void Of_RecordsWithoutTags_AreRoutedByTheirWording(string type, string question, string answer, string expectedType, int tag, QuestionForm form)
    {
        EvaluationQuestion routed = QuestionSet.Of([Plain(type, question, answer)]).Questions[0];

        Assert.True(routed.IsRoutedByWording);
        Assert.Equal((expectedType, tag, form), (routed.QuestionType, Assert.Single(routed.Tags), routed.Route!.Value.Form));
        Assert.Equal(CapabilityNames.Find(type), routed.Route.Value.Capability);
    }

    [Fact]
    public void Draw_Part_IsEvenOverTypesAndScenesAndKeepsNamesAndOrder()
    {
        using Scene scene = new(10);

        QuestionSet drawn = scene.Questions.Draw(24, _seeds);

        Assert.Equal((24, 60), (drawn.Questions.Count, drawn.Available));
        Assert.All(drawn.Questions.CountBy(question => (question.QuestionType, question.Tags[0])), type => Assert.Equal(4, type.Value));
        Assert.All(drawn.Questions.GroupBy(question => (question.QuestionType, question.Tags[0])), type => Assert.Equal(4, type.Select(question => question.Cluster).Distinct().Count()));
        Assert.Equal(scene.Questions.Questions.Where(drawn.Questions.Contains), drawn.Questions);
    }

    [Fact]
    public void Draw_Seed_DecidesAndMoreHoldsFewer()
    {
        using Scene scene = new(10);
        string[] Ids(QuestionSet set) => [.. set.Questions.Select(question => question.Id)];

        Assert.Equal(Ids(scene.Questions.Draw(20, _seeds)), Ids(scene.Questions.Draw(20, _seeds)));
        Assert.NotEqual(Ids(scene.Questions.Draw(20, _seeds)), Ids(scene.Questions.Draw(20, new SeedStreams(8))));
        Assert.Subset(Ids(scene.Questions.Draw(30, _seeds)).ToHashSet(), Ids(scene.Questions.Draw(20, _seeds)).ToHashSet());
        Assert.Same(scene.Questions, scene.Questions.Draw(0, _seeds));
        Assert.Same(scene.Questions, scene.Questions.Draw(100, _seeds));
    }

    private static Sample Plain(string type, string question, string answer = "An answer.") => new()
    {
        Images = [],
        Question = question,
        Answer = answer,
        Capability = CapabilityNames.Find(type)!.Value,
        QuestionType = type,
        Source = new SourcePosition("folder/file.json", 0, "$[0]"),
    };
}
