using System.Text.RegularExpressions;
using DriveKD.Analysis.AttentionPages;

namespace DriveKD.Analysis.Tests.AttentionPages;

public sealed partial class AttentionPageTests
{
    [Fact]
    public void Write_TeacherAndStudent_HoldsEveryLayerOfBoth()
    {
        string page = AttentionPage.Write(AttentionReports.Create());

        Assert.All(
            ((int, int)[])[(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4)],
            pair => Assert.Contains($"<h3>Layer {pair.Item1} of 6 beside layer {pair.Item2} of 4</h3>", page, StringComparison.Ordinal));
        // Three panels (tiles, thumbnail, square) of two models, with two scales each.
        Assert.Equal(6 * 3 * 2 * 2, Regex.Count(page, "<img "));
        Assert.Equal(2, Regex.Count(page, "data:image/jpeg;base64,"));
        Assert.Contains("<mark>Red</mark><mark> &lt;car&gt;</mark>", page, StringComparison.Ordinal);
        Assert.Contains("""<span class="picture">picture 1</span>""", page, StringComparison.Ordinal);
        Assert.Contains("1 - cosine", page, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(page, "<svg class=\"chart"));
    }

    [Fact]
    public void Write_OneModel_HasNoDistances()
    {
        string page = AttentionPage.Write(AttentionReports.Create(layers: 2, studentLayers: 0));

        Assert.Contains("<h3>Layer 2 of 2</h3>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("1 - cosine", page, StringComparison.Ordinal);
        Assert.DoesNotContain("student", page, StringComparison.Ordinal);
        Assert.Equal(2 * 3 * 2, Regex.Count(page, "<img "));
    }

    [Fact]
    public void Write_Names_StayText()
    {
        string page = AttentionPage.Write(AttentionReports.Create(layers: 1));

        Assert.DoesNotContain("big<1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("b<c>", page, StringComparison.Ordinal);
        Assert.Contains("big&lt;1&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Page_RefersToNothingOutside()
    {
        string page = AttentionPage.Write(AttentionReports.Create());

        Assert.All(Reference().Matches(page), match => Assert.StartsWith("data:", match.Groups[1].Value, StringComparison.Ordinal));
        Assert.NotEmpty(Reference().Matches(page));
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ManyLayersAndPictures_StaysSmall() =>
        Assert.InRange(AttentionPage.Write(AttentionReports.Create(layers: 28, studentLayers: 24)).Length, 1, 2_000_000);

    [GeneratedRegex("""(?:src="|href="|url\()([^")]*)""")]
    private static partial Regex Reference();
}
