using System.Text.Json;
using DriveKD.Models.Generation.Attention;
using DriveKD.Runs.Folders;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>All numbers of a report as one JSON document.</summary>
public static class AttentionJson
{
    private static readonly JsonWriterOptions _layout = new() { Indented = true, NewLine = "\n", Encoder = RunJson.Options.Encoder };

    /// <summary>Writes the document.</summary>
    /// <param name="report">The report.</param>
    /// <param name="hasWeights">Whether every token's weight is in it: [tiles and thumbnail, token rows, token columns] for each picture.</param>
    public static string Write(AttentionReport report, bool hasWeights = true)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, _layout))
        {
            writer.WriteStartObject();
            writer.WriteString("program", report.Program);
            Value(writer, "versions", report.Versions);
            writer.WriteString("made_at", report.MadeAt);
            Value(writer, "teacher", report.Teacher);
            Value(writer, "student", report.Student);
            writer.WriteString("question", report.Sequence.Question.Text);
            writer.WriteString("answer", report.Sequence.Answer);
            writer.WriteBoolean("answer_is_given", report.IsAnswerGiven);
            writer.WriteBoolean("answer_is_cut_off", report.IsAnswerCutOff);
            WriteRows(writer, report);
            Numbers(writer, "prompt_ids", report.Sequence.PromptIds);
            Numbers(writer, "answer_ids", report.Sequence.AnswerIds);
            WritePictures(writer, report);
            writer.WriteStartArray("layers");
            foreach (LayerPair pair in report.Layers)
            {
                writer.WriteStartObject();
                Value(writer, "distance", pair.Distance);
                WriteSide(writer, "teacher", pair.Teacher, hasWeights);
                WriteSide(writer, "student", pair.Student, hasWeights);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteRows(Utf8JsonWriter writer, AttentionReport report)
    {
        writer.WriteStartObject("rows");
        writer.WriteString("description", report.Rows.Description);
        writer.WriteString("word", report.Rows.Word);
        Numbers(writer, "positions", report.Rows.Positions);
        writer.WriteStartArray("chosen");
        foreach (SequencePiece piece in report.PromptPieces.Concat(report.AnswerPieces).Where(piece => piece.Kind == PieceKind.Chosen))
        {
            writer.WriteStringValue(piece.Text);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WritePictures(Utf8JsonWriter writer, AttentionReport report)
    {
        writer.WriteStartArray("pictures");
        foreach (PictureAttention picture in report.Layers[0].Teacher.Pictures)
        {
            writer.WriteStartObject();
            writer.WriteString("file", picture.Picture.Name);
            writer.WriteNumber("width", picture.Picture.Image.Width);
            writer.WriteNumber("height", picture.Picture.Image.Height);
            writer.WriteNumber("tile_columns", picture.Layout.Grid.Columns);
            writer.WriteNumber("tile_rows", picture.Layout.Grid.Rows);
            writer.WriteBoolean("has_thumbnail", picture.Layout.HasThumbnail);
            writer.WriteNumber("tokens", picture.Layout.Tokens);
            writer.WriteNumber("token_columns_per_tile", picture.Layout.TokenColumns);
            writer.WriteNumber("token_rows_per_tile", picture.Layout.TokenRows);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSide(Utf8JsonWriter writer, string name, LayerMaps? maps, bool hasWeights)
    {
        if (maps is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("layer", maps.Layer);
        writer.WriteNumber("sum", maps.Sum);
        writer.WriteNumber("largest", maps.Largest);
        writer.WriteStartArray("pictures");
        foreach (PictureAttention picture in maps.Pictures)
        {
            writer.WriteStartObject();
            writer.WriteNumber("sum", picture.Sum);
            writer.WriteNumber("largest", picture.Weights.Max());
            if (hasWeights)
            {
                Numbers(writer, "weights", picture.Weights);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Value<T>(Utf8JsonWriter writer, string name, T value)
    {
        writer.WritePropertyName(name);
        JsonSerializer.Serialize(writer, value, RunJson.Options);
    }

    /// <summary>On one line: thousands of numbers.</summary>
    private static void Numbers<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> numbers)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(JsonSerializer.Serialize(numbers));
    }
}
