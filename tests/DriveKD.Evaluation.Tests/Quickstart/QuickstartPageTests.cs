using System.Text.RegularExpressions;
using DriveKD.Evaluation.Quickstart;

namespace DriveKD.Evaluation.Tests.Quickstart;

public sealed partial class QuickstartPageTests
{
    private static readonly string _page = QuickstartPage.Write(QuickstartFixture.Report((4, 6), (5, 6), (3, 6)));

    [Theory]
    [InlineData("What this run shows")]
    [InlineData("What it does not show")]
    [InlineData("Exact answers in %, held-out scenes")]
    [InlineData("A scene with its questions")]
    [InlineData("Learning curves")]
    [InlineData("Gradient conflicts")]
    [InlineData("Attention side by side")]
    [InlineData("Answers side by side")]
    [InlineData("What to try next")]
    [InlineData("Where the time went")]
    [InlineData("What was run")]
    public void Write_AWholeReport_HasEveryPart(string part) => Assert.Contains(part, _page, StringComparison.Ordinal);

    [Fact]
    public void Write_AWholeReport_NeedsNothingElse() => Assert.Empty(Outside().Matches(_page));

    [Fact]
    public void Write_Scores_StandInOneRow()
    {
        // Mean 40 and 60 of 100; the difference is paired.
        Assert.Contains("<td>10</td><td>90.0 [59.6, 98.2]</td><td>20.0 [5.7, 51.0]</td><td>40.0 [15.2, 64.8]</td><td>60.0 [60.0, 60.0]</td><td>+20.0 [\u22124.8, +44.8]</td>", _page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Answers_AreMarkedAndEscaped()
    {
        Assert.Contains("""<td class="right">Red.</td><td class="wrong">Blue.</td><td class="wrong">no answer</td>""", _page, StringComparison.Ordinal);
        Assert.Contains("Which colour has the &lt;near&gt; car ?", _page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Phases_AreSummedUp()
    {
        Assert.Contains("""<th scope="row">making scenes</th><td>9.3</td>""", _page, StringComparison.Ordinal);
        Assert.Contains("""<th scope="row">together</th><td>209.3</td>""", _page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Conflicts_AreToldOfTheDistilledStudentAlone()
    {
        Assert.Contains("An update had 0.50 conflicting pairs of tasks on average before projection and 0.00 after it.", _page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">ce and perception</th><td>0.250</td><td>0.250</td><td>50.0 %</td>", _page, StringComparison.Ordinal);
    }

    // "http" stands in no attribute that would be loaded; pictures are data.
    [GeneratedRegex(@"https?:|@import|url\(|<link|<iframe|fetch\(|src=""(?!data:)", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();
}
