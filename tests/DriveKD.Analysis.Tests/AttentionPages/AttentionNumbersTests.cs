using System.Globalization;
using System.Text.Json;
using DriveKD.Analysis.AttentionPages;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Analysis.Tests.AttentionPages;

public sealed class AttentionNumbersTests
{
    [Fact]
    public void Json_Report_HoldsEveryNumber()
    {
        AttentionReport report = AttentionReports.Create();
        using JsonDocument document = JsonDocument.Parse(AttentionJson.Write(report));
        JsonElement root = document.RootElement;

        Assert.Equal(
            ["program", "versions", "made_at", "teacher", "student", "question", "answer", "answer_is_given", "answer_is_cut_off", "rows", "prompt_ids", "answer_ids", "pictures", "layers"],
            root.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["Red", " <car>"], root.GetProperty("rows").GetProperty("chosen").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal([3, 4], root.GetProperty("rows").GetProperty("positions").EnumerateArray().Select(position => position.GetInt32()));
        Assert.Equal((6, 8), (root.GetProperty("teacher").GetProperty("layers").GetInt32(), root.GetProperty("teacher").GetProperty("heads").GetInt32()));
        Assert.Equal(6, root.GetProperty("layers").GetArrayLength());
        JsonElement fourth = root.GetProperty("layers")[3];
        Assert.Equal((report.Layers[3].Distance!.Cosine, 3), (fourth.GetProperty("distance").GetProperty("cosine").GetDouble(), fourth.GetProperty("student").GetProperty("layer").GetInt32()));
        PictureAttention expected = report.Layers[3].Student!.Pictures[1];
        JsonElement picture = fourth.GetProperty("student").GetProperty("pictures")[1];
        Assert.Equal(expected.Weights, picture.GetProperty("weights").EnumerateArray().Select(weight => weight.GetSingle()));
        Assert.Equal(expected.Sum, picture.GetProperty("sum").GetDouble());
    }

    [Fact]
    public void Json_WithoutWeights_HasSumsAlone()
    {
        string text = AttentionJson.Write(AttentionReports.Create(studentLayers: 0), hasWeights: false);

        Assert.DoesNotContain("\"weights\"", text, StringComparison.Ordinal);
        Assert.Contains("\"student\": null", text, StringComparison.Ordinal);
        Assert.Contains("\"sum\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_Report_HasALineForEveryLayer()
    {
        AttentionReport report = AttentionReports.Create();
        string[] lines = AttentionCsv.Write(report).TrimEnd('\n').Split('\n');

        Assert.Equal(7, lines.Length);
        Assert.StartsWith("layer,layers,student_layer,student_layers,one_minus_cosine,mean_squared,", lines[0], StringComparison.Ordinal);
        string[] cells = lines[3].Split(',');
        Assert.Equal(lines[0].Split(',').Length, cells.Length);
        Assert.Equal(["3", "6", "2", "4"], cells[..4]);
        Assert.Equal(
            (report.Layers[2].Distance!.Cosine, report.Layers[2].Student!.Sum),
            (double.Parse(cells[4], CultureInfo.InvariantCulture), double.Parse(cells[7], CultureInfo.InvariantCulture)));
    }
}
