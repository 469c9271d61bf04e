using System.Text.RegularExpressions;
using System.Xml.Linq;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Reports;
using static DriveKD.Runs.Tests.Reports.SyntheticRun;

namespace DriveKD.Runs.Tests.Reports;

public sealed partial class ReportPageTests : IDisposable
{
    private static readonly string[] _everyFigure =
    [
        "losses", "validation-loss", "validation-exact-match", "weights", "gradient-norms", "cosines", "conflict-rates", "projections", "coefficients",
        "coefficient-drift", "distillation-share", "learning-rate", "clipping", "throughput", "memory",
    ];

    private readonly SyntheticRun _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void Write_Everything_HasEveryFigure()
    {
        _runs.Write("run", 40, Everything);

        string page = Page("run");

        Assert.Equal(_everyFigure, Figures(page));
        Assert.Equal(_everyFigure, FigureCatalog.All.Select(figure => figure.Id));
        // Losses and throughput are split; every other figure of one run is one chart.
        Assert.Equal(13 + 4 + 3, Charts(page).Count);
    }

    [Theory]
    [InlineData("loss.ce", "losses")]
    [InlineData("validation.loss.planning", "validation-loss")]
    [InlineData("validation.exact_match.all", "validation-exact-match")]
    [InlineData("weight.reasoning", "weights")]
    [InlineData("gradient.norm.ce", "gradient-norms")]
    [InlineData("gradient_norm", "gradient-norms")]
    [InlineData("gradient.cosine.perception_planning", "cosines")]
    [InlineData("gradient.conflict.ce_reasoning", "conflict-rates")]
    [InlineData("gradient.stage2_projections", "projections")]
    [InlineData("gradient.coefficient.ce", "coefficients")]
    [InlineData("gradient.coefficient_drift", "coefficient-drift")]
    [InlineData("gradient.distillation_share", "distillation-share")]
    [InlineData("learning_rate", "learning-rate")]
    [InlineData("clip_factor", "clipping")]
    [InlineData("tokens_per_second", "throughput")]
    [InlineData("memory.resident_bytes", "memory")]
    public void Write_OneMetric_HasItsFigureAndNoOther(string metric, string figure)
    {
        _runs.Write("run", 5, step => Row((metric, step)));

        string page = Page("run");

        Assert.Equal([figure], Figures(page));
        Assert.Single(Charts(page));
    }

    [Fact]
    public void Write_OnlyUnknownOrInfiniteMetrics_HasNoFigures()
    {
        _runs.Write("run", 5, _ => Row(("loss.ce", double.NaN), ("another.metric", 1), ("weight.ce", double.PositiveInfinity)));

        string page = Page("run");

        Assert.Empty(Figures(page));
        Assert.DoesNotContain("<h2>Figures</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<code>another.metric</code>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NoSteps_SaysSo()
    {
        _runs.Write("run", new RunStatus { State = RunState.Running, StartedAt = Noon, ProcessId = int.MaxValue }, 0, Everything);

        string page = Page("run");

        Assert.Contains("No optimizer step was recorded.", page, StringComparison.Ordinal);
        Assert.Contains("It ended without a word after 0 of 40 steps on cpu.", page, StringComparison.Ordinal);
        Assert.Empty(Figures(page));
    }

    [Fact]
    public void Write_OneRun_FirstScreenAnswersInWordsAndNumbers()
    {
        _runs.Write("run", 40, Everything);

        string page = Page("run");

        string[] words =
        [
            "<h1>Distillation run run</h1>",
            "InternVL3-1B learned from InternVL3-8B (perception and reasoning) and planner (planning) on train.json and more.json.",
            "It finished 40 of 40 steps in 20 s on cpu.",
            "Losses, first tenth to last: ce 2.854 to 1.389, perception 9.51e-5 to 4.63e-5,",
            "Best validation: cross-entropy 1.000 at step 20; exact match 40.0 % at step 40.",
            "No sample was skipped.",
            "<th scope=\"row\">gradients</th><td>weighted sum of the tasks&#39; gradients</td>",
            "<th scope=\"row\">weighting</th><td>static: supervision 1, perception 2</td>",
            "<th scope=\"row\">seed</th><td>7</td>",
            "<th scope=\"row\">commit</th><td>9.8.7 c0ffee</td>",
            "<th scope=\"row\">device</th><td>cpu, A &amp; B</td>",
            "<th scope=\"row\">time</th><td>20 s of training; 2 min 0 s from start to end</td>",
            "<th scope=\"row\">share of distillation</th><td>20.0 % of the update (median)</td>",
        ];
        Assert.All(words, text => Assert.Contains(text, page, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_RecipeWithMethods_SaysThem()
    {
        _runs.Write("run", 1, Everything, Recipe + "gradients: { method: agp, order: fixed }\nweighting: { kind: ratio, ratio: 0.1 }\n");

        string page = Page("run");

        Assert.Contains("<th scope=\"row\">gradients</th><td>agp, order fixed</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td>ratio, ratio 0.1; weights: supervision 1, perception 2</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_HostileTexts_AreEscaped()
    {
        const string Hostile = "<script>alert('x')</script>\"&\u0001\ud800";
        string recipe = $"models: {{ student: '{Hostile.Replace("'", "''", StringComparison.Ordinal)[..^2]}' }}\ngradients: {{ method: '<b>' }}\n";
        _runs.Write("<i>run", Finished(2) with { State = RunState.Failed, Reason = Hostile }, 2, _ => Row(("loss.ce", 1)), recipe);
        File.WriteAllText(Path.Combine(_runs["<i>run"], "metrics.jsonl"), "{\"step\":1,\"loss.ce\":1,\"<img src=x>\":1}\n");

        string page = Page("<i>run");

        Assert.Equal(1, Count(page, "<script"));
        Assert.All(new[] { "<img", "<i>run", "<b>&lt;", "alert('x')", "\u0001", "\ud800" }, text => Assert.DoesNotContain(text, page, StringComparison.Ordinal));
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;", page, StringComparison.Ordinal);
        Assert.Contains("<code>&lt;img src=x&gt;</code>", page, StringComparison.Ordinal);
        Assert.Contains("<td>&lt;b&gt;</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AnyPage_NeedsNoNetwork()
    {
        _runs.Write("run", 40, Everything);

        string page = Page("run");

        Assert.DoesNotMatch(Outside(), page);
    }

    [Fact]
    public void Write_Charts_AreWellFormedAndDescribed()
    {
        _runs.Write("run", 40, step => With(Everything(step), "loss.ce", step == 7 ? double.NaN : 3.0 / step));
        _runs.Write("other", 20, Everything);

        foreach (string page in new[] { Page("run"), Page("run", "other") })
        {
            List<XElement> charts = Charts(page);
            Assert.All(charts, chart =>
            {
                Assert.Equal("img", chart.Attribute("role")!.Value);
                XElement[] named = [.. chart.Attribute("aria-labelledby")!.Value.Split(' ').Select(id => Assert.Single(chart.Elements(), child => child.Attribute("id")?.Value == id))];
                Assert.All(named, element => Assert.NotEmpty(element.Value));
                Assert.Contains(chart.Elements("text"), text => text.Value == "optimizer step");
                Assert.DoesNotContain("NaN", chart.ToString(), StringComparison.Ordinal);
            });
            string[] ids = [.. Identifiers().Matches(page).Select(match => match.Groups[1].Value)];
            Assert.Equal(ids.Distinct(), ids);
            Assert.Equal(Count(page, "<figure "), Count(page, "<figcaption>"));
        }

        Assert.Contains("ce: 39 values, 3 at step 1, 0.075 at step 40; lowest 0.075 at step 40, highest 3 at step 1.", Page("run"), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SeveralRuns_ShareAxesAndHaveAColourEach()
    {
        _runs.Write("one", 40, Everything);
        _runs.Write("two", 20, Everything, Recipe.Replace("seed: 7", "seed: 8", StringComparison.Ordinal));

        string page = Page("one", "two");

        Assert.Equal(_everyFigure, Figures(page));
        List<XElement> charts = Charts(page);
        Assert.Equal(FigureCatalog.All.Sum(figure => figure.Metrics.Count), charts.Count);
        Assert.All(charts, chart => Assert.Equal(
            [("c0", "one"), ("c1", "two")],
            chart.Elements("g").Select(line => (line.Attribute("class")!.Value, line.Attribute("data-label")!.Value))));
        Assert.Contains("<tr class=\"differs\"><th scope=\"row\">seed</th><td>7</td><td>8</td></tr>", page, StringComparison.Ordinal);
        Assert.Contains("<tr><th scope=\"row\">student</th>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Validation_MarksTheBestStep()
    {
        _runs.Write("run", 40, step => Row(("validation.loss.all", Math.Abs(step - 25)), ("validation.exact_match.all", -Math.Abs(step - 31))));

        List<XElement> charts = Charts(Page("run"));

        Assert.Equal(
            ["best: 0 at step 25", "best: 0 % at step 31"],
            charts.SelectMany(chart => chart.Descendants("circle").Where(circle => circle.Attribute("class")!.Value == "ring").Select(ring => ring.Value)));
    }

    [Fact]
    public void Write_ExtremeValues_StayOnTheChart()
    {
        _runs.Write("run", 4, step => Row(
            ("loss.ce", step % 2 == 0 ? double.MaxValue : double.MinValue), ("loss.planning", step % 2 == 0 ? double.MaxValue : double.Epsilon), ("weight.ce", 0), ("learning_rate", -0.0)));

        List<XElement> charts = Charts(Page("run"));

        Assert.Equal(4, charts.Count);
        Assert.All(charts.SelectMany(chart => chart.Descendants("path")).SelectMany(path => Coordinates().Matches(path.Attribute("d")!.Value)), match =>
            Assert.InRange(double.Parse(match.Value, System.Globalization.CultureInfo.InvariantCulture), -6, 560));
    }

    [Fact]
    public void Write_HundredThousandSteps_StaysUnderThreeMegabytes()
    {
        const int Steps = 100_000;
        const int LargestBytes = 3_000_000;
        _runs.Write("long", Steps, step => With(Everything(step), "loss.ce", step == 54_321 ? 77 : 1 + (0.5 * Math.Sin(step))));

        string page = Page("long");

        Assert.Equal(_everyFigure, Figures(page));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(page), 100_000, LargestBytes);
        // A bin keeps its highest value: the one spike is still on the axis.
        Assert.Contains("highest 77 at step 54321", page, StringComparison.Ordinal);
        double top = double.Parse(Charts(page)[0].Attribute("data-y")!.Value.Split(' ')[3], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(top, 77, 100);
    }

    private static Dictionary<string, double> With(Dictionary<string, double> row, string name, double value)
    {
        row[name] = value;
        return row;
    }

    private static int Count(string page, string text) => Regex.Count(page, Regex.Escape(text));

    private static string[] Figures(string page) => [.. FigureIds().Matches(page).Select(match => match.Groups[1].Value)];

    private static List<XElement> Charts(string page) => [.. Drawings().Matches(page).Select(match => XElement.Parse(match.Value))];

    private string Page(params string[] names) => ReportPage.Write(RunRecord.ReadAll([.. names.Select(name => _runs[name])]), "drivekd 9.8.7", Noon);

    [GeneratedRegex("<figure id=\"([a-z-]+)\"")]
    private static partial Regex FigureIds();

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawings();

    [GeneratedRegex(" id=\"([^\"]+)\"")]
    private static partial Regex Identifiers();

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Coordinates();

    [GeneratedRegex(@"https?:|//[a-z]|@import|url\(|\ssrc=|<link|<img|<iframe|fetch\(", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();
}
