using System.Globalization;
using DriveKD.Analysis.AttentionPages;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Attending;

/// <summary>What every layer gives to pictures, and how far two models are apart, for people.</summary>
internal static class LayerTable
{
    public static Table Of(AttentionReport report)
    {
        bool hasStudent = report.Student is not null;
        string[] heads = hasStudent
            ? ["layer", "student's", "1 - cosine", "mean squared", "to pictures, teacher", "student"]
            : ["layer", "to pictures"];
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string head in heads)
        {
            table.AddColumn(new TableColumn(head).RightAligned());
        }

        foreach (LayerPair pair in report.Layers)
        {
            string own = Percent(pair.Teacher.Sum);
            string layer = pair.Teacher.Layer.ToString(CultureInfo.InvariantCulture);
            table.AddRow(hasStudent
                ? [layer, pair.Student!.Layer.ToString(CultureInfo.InvariantCulture), Number(pair.Distance!.Cosine, "0.0000"), Number(pair.Distance.MeanSquared, "0.00e+0"), own, Percent(pair.Student.Sum)]
                : [layer, own]);
        }

        return table;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
