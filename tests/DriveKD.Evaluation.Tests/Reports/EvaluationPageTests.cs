using System.Globalization;
using System.Text.RegularExpressions;
using DriveKD.Data.Imaging;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Reports;
using DriveKD.Evaluation.Results;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Reports;

namespace DriveKD.Evaluation.Tests.Reports;

public sealed partial class EvaluationPageTests : IDisposable
{
    private readonly Scene _scene = new();

    public EvaluationPageTests()
    {
        foreach (string corruption in (string[])["clean", "fog", "noimage"])
        {
            _scene.Answer("small", corruption, question => question.Id.EndsWith("planning-1/0", StringComparison.Ordinal) ? "!time-out & <b>more</b>" : "<script>alert(1)</script> A red car.");
            _scene.Answer("big", corruption, question => question.Sample.Answer);
        }
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Write_Page_NeedsNothingElse()
    {
        string page = Page(Results());

        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(?!data:)", page);
        Assert.DoesNotMatch("url\\(", page);
        Assert.Contains("prefers-color-scheme:dark", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>more</b>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; A red car.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EveryFigure_HasTheNumberScoredAndUnscored()
    {
        EvaluationResults results = Results();
        string page = Page(results);

        foreach (string caption in (string[])["Clean pictures, points from 0 to 100", "accuracy", "language metrics"])
        {
            string table = Regex.Match(page, $"<caption>[^<]*{caption}</caption>.*?</table>", RegexOptions.Singleline).Value;
            MatchCollection cells = FigureCell().Matches(table);
            Assert.NotEmpty(cells);
            Assert.All(cells, cell => Assert.Matches(@"n [\d,]+, [\d,]+ unscored", cell.Value));
        }

        string mean = results.Models[1].Passes[0].Score!.Value.ToString("F1", CultureInfo.InvariantCulture);
        Assert.Contains($">{mean}<small>[", page, StringComparison.Ordinal);
        Assert.Contains("n 16, 4 unscored", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Published_OnlyOnDemandAndMarked()
    {
        Assert.DoesNotContain("published)", Page(Results()), StringComparison.Ordinal);
        string page = Page(Results(published: true));

        Assert.Equal(7, Regex.Count(page, "<tr class=\"published\">"));
        Assert.Contains("GPT-5.1 (published)", page, StringComparison.Ordinal);
        Assert.Contains("they do not compare point by point", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Corruptions_HavePlotTableAndSummary()
    {
        string page = Page(Results());

        Assert.Equal(6, Regex.Count(page, "<circle class=\"dot\""));
        Assert.Contains("answered from text alone", page, StringComparison.Ordinal);
        Assert.Contains("Fog, severity 5", page, StringComparison.Ordinal);
        Assert.Contains("corrected by Holm", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OnePassAndModel_LeavesComparisonsOut()
    {
        EvaluateRecipe recipe = _scene.Recipe(["big"], "clean");
        EvaluationResults results = Score(recipe);
        string page = Page(results);

        Assert.DoesNotContain("Models compared", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<h2>Corruptions", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Notices_FailuresGivenUpAndFewScenes_AreSaidWithNumbers()
    {
        EvaluationResults results = Results();
        IReadOnlyList<EvaluationNotice> notices = EvaluationNotices.Of(results, Facts());

        Assert.Contains(notices, notice => notice is { Level: NoticeLevel.Warning, Title: "small failed on 12 questions" } && notice.Text.Contains("time-out", StringComparison.Ordinal));
        Assert.Contains(notices, notice => notice.Title == "Only 4 scenes");
        Assert.Contains(notices, notice => notice.Title == "4 questions are answered by yes or no");
        EvaluationResults cut = results with { Models = [results.Models[0] with { GivenUp = "no credit" }] };
        Assert.Equal((NoticeLevel.Failure, "small could not go on"), (EvaluationNotices.Of(cut, Facts())[0].Level, EvaluationNotices.Of(cut, Facts())[0].Title));
    }

    [Fact]
    public void Choose_Examples_AreBestWorstAndDisputedOfSeveralTypes()
    {
        EvaluationResults results = Results();

        IReadOnlyList<(ExampleReason Reason, EvaluationQuestion Question)> chosen = ExampleChooser.Choose(results, 3);

        Assert.Equal([ExampleReason.Best, ExampleReason.Worst, ExampleReason.Disputed], chosen.Select(item => item.Reason).Distinct());
        Assert.Equal(9, chosen.Select(item => item.Question.Id).Distinct().Count());
        Assert.All(chosen.GroupBy(item => item.Reason), group => Assert.Equal(3, group.Select(item => item.Question.Route).Distinct().Count()));
        Assert.Empty(ExampleChooser.Choose(results, 0));
        Assert.Equal(chosen, ExampleChooser.Choose(results, 3));
    }

    [Fact]
    public void Small_WidePicture_KeepsItsShape()
    {
        PagePicture picture = PagePicture.Small("wide", new RgbImage(1600, 900, new byte[3 * 1600 * 900]), 320);

        Assert.Equal((320, 180, "image/jpeg"), (picture.Width, picture.Height, picture.MediaType));
        Assert.Equal(180, ImageDecoder.Decode(picture.Bytes, "small").Height);
        Assert.Equal(20, PagePicture.Small("tiny", new RgbImage(20, 10, new byte[600]), 320).Width);
    }

    private EvaluationResults Results(bool published = false) =>
        Score(_scene.Recipe(["small", "big"], "clean", "fog", "noimage") with { Report = new EvaluationReportSettings { Published = published } });

    private EvaluationResults Score(EvaluateRecipe recipe) => new EvaluationScorer(recipe, _scene.Questions, _scene.Folder).Score(
        recipe.CorruptionChoices(), [], new Dictionary<string, string>(), new Dictionary<(NamedModel Model, CorruptionChoice Corruption), PassJudgement>());

    private string Page(EvaluationResults results)
    {
        EvaluationExample[] examples =
        [
            .. ExampleChooser.Choose(results, 2).Select(item => new EvaluationExample(
                item.Reason,
                item.Question,
                [.. _scene.Pictures().Of(item.Question.Sample).Select(picture => PagePicture.Small(picture.Name, picture.Image, 100))],
                new Dictionary<string, PagePicture>())),
        ];
        return EvaluationPage.Write(results, examples, [], Facts());
    }

    private EvaluationFacts Facts() => new()
    {
        Folder = _scene.Run,
        Program = "drivekd test",
        Device = "cpu",
        Machine = "a machine",
        StartedAt = DateTimeOffset.UnixEpoch,
        MadeAt = DateTimeOffset.UnixEpoch.AddMinutes(3),
        Resumptions = 0,
        Changes = [],
        IsUnfinished = false,
    };

    [GeneratedRegex("<td class=\"number(?: best)?\">.*?</td>", RegexOptions.Singleline)]
    private static partial Regex FigureCell();
}
