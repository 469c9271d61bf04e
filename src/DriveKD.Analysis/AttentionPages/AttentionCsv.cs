using System.Globalization;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>The distances of all layers as comma-separated values.</summary>
public static class AttentionCsv
{
    private const string Head = "layer,layers,student_layer,student_layers,one_minus_cosine,mean_squared,teacher_sum,student_sum,teacher_largest,student_largest";

    /// <summary>Writes the table: one line for each of the teacher's layers.</summary>
    /// <param name="report">A report with a student.</param>
    public static string Write(AttentionReport report)
    {
        ArgumentNullException.ThrowIfNull(report.Student, nameof(report));
        return string.Concat(report.Layers.Select(pair => string.Create(
            CultureInfo.InvariantCulture,
            $"{pair.Teacher.Layer},{report.Teacher.Layers},{pair.Student!.Layer},{report.Student.Layers},{pair.Distance!.Cosine:R},{pair.Distance.MeanSquared:R},{pair.Teacher.Sum:R},{pair.Student.Sum:R},{pair.Teacher.Largest:R},{pair.Student.Largest:R}\n")).Prepend(Head + "\n"));
    }
}
