using System.Globalization;
using DriveKD.Models.Generation.Attention;
using DriveKD.Runs.Reports;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>The tables of a page of maps.</summary>
internal static class AttentionTables
{
    public static Markup Distances(AttentionReport report)
    {
        string[] sides = report.Student is null ? [""] : [", teacher", ", student"];
        string[] heads =
        [
            "layer", .. report.Student is null ? (string[])[] : ["student's layer", "1 - cosine", "mean squared"],
            .. sides.Select(side => "to pictures" + side), .. sides.Select(side => "largest weight" + side),
        ];
        IEnumerable<string[]> rows = report.Layers.Select(pair => (string[])
        [
            Whole(pair.Teacher.Layer),
            .. pair.Student is null ? (string[])[] : [Whole(pair.Student.Layer), AttentionWords.Number(pair.Distance!.Cosine), AttentionWords.Squared(pair.Distance.MeanSquared)],
            .. pair.Sides.Select(side => ReportNumbers.Percent(side.Sum)),
            .. pair.Sides.Select(side => AttentionWords.Number(side.Largest)),
        ]);
        string note = report.Student is null ? "" : "Distances: over all chosen rows and all picture tokens, before any mean over rows. ";
        return Markup.Of($"""
            {Table("In numbers", heads, rows, "number")}<p class="quiet">{note}The largest weight is of the mean over rows, as drawn. Every token's weight is in attention.json.</p>

            """);
    }

    public static Markup Terms(AttentionReport report)
    {
        List<(string Term, string Text)> terms =
        [
            ("Weight", "What the softmax gives a picture's token in one row: one text token's view of everything before it. A row sums to 1 over pictures and text."),
            ("Mean", $"First over the {report.Teacher.Heads} heads{Heads(report)}, then over {report.Rows.Description}. Nothing is averaged over layers or pictures."),
            ("Rows", "A token's row is its own view, from which the model goes on to the token behind it. Text before a picture cannot see it and never counts."),
            ("Colours", $"Dark to bright from the smallest to the greatest weight of a layer, all its pictures together{(report.Student is null ? "" : ", teacher's and student's, so that they compare")}. ≥: single tokens lie above, and the scale ends at the 99.5th percentile to show the rest. One scale for all layers shows where most attention is."),
            ("Percent", "The picture's share of the rows' attention: the sum of its tokens' weights."),
            ("Places", $"A map has one value for each token; the browser blends between their centres, or shows them as they are.{Tiles(report)}"),
        ];
        if (report.Student is not null)
        {
            terms.Insert(4, ("Layers", "The student's layer is the one at the same relative depth: 1 + round((l - 1)(n - 1) / (N - 1)), first beside first, last beside last. Distillation pairs the first layers and the penultimate ones, whose numbers may differ from these."));
            terms.Insert(5, ("Distances", "1 - cosine compares where both look; the mean squared difference is what the losses of perception and planning lower, here over the chosen rows alone."));
        }

        terms.Add(("Caution", "A map shows where attention goes in one question, not why, and not what the answer rests on. Single tokens at borders or in empty sky often take much attention without meaning."));
        return Markup.Of($"""
            <h2>How to read it</h2>
            <dl class="terms">{Markup.Join(terms.Select(term => Markup.Of($"<dt>{term.Term}</dt><dd>{term.Text}</dd>")))}</dl>

            """);
    }

    public static Markup Facts(AttentionReport report)
    {
        IEnumerable<string[]> models = report.Models.Select((model, side) => (string[])
        [
            report.Student is null ? "model" : side == 0 ? "teacher" : "student",
            string.Create(CultureInfo.InvariantCulture, $"{model.Name}: {model.Layers} layers, {model.Heads} heads, {model.Precision} on {model.Device}"),
        ]);
        IEnumerable<string[]> pictures = report.Layers[0].Teacher.Pictures.Select((picture, i) => (string[])
        [
            string.Create(CultureInfo.InvariantCulture, $"picture {i + 1}"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{PictureLabel.Of(i, picture.Picture.Name)}: {picture.Picture.Image.Width} x {picture.Picture.Image.Height} pixels, {picture.Layout.Tokens} tokens in {picture.Layout.Tiles} tile{(picture.Layout.Tiles == 1 ? "" : "s")}"),
        ]);
        return Table("What was read", ["", ""], [.. models, .. pictures, .. report.Versions.Select(version => (string[])[version.Key, version.Value])], "");
    }

    private static Markup Table(string title, string[] heads, IEnumerable<string[]> rows, string cells)
    {
        Markup Head(string head, int column) => Markup.Of($"""<th scope="col"{(column == 0 ? "" : " class=" + cells)}>{head}</th>""");
        Markup Cell(string cell, int column) => column == 0 ? Markup.Of($"""<th scope="row">{cell}</th>""") : Markup.Of($"""<td class="{cells}">{cell}</td>""");
        return Markup.Of($"""
            <h2>{title}</h2>
            <div class="scroll"><table>
            <thead><tr>{Markup.Join(heads.Select((head, column) => Head(head, column)))}</tr></thead>
            <tbody>
            {Markup.Join(rows.Select(row => Markup.Of($"<tr>{Markup.Join(row.Select((cell, column) => Cell(cell, column)))}</tr>\n")))}</tbody></table></div>

            """);
    }

    private static string Heads(AttentionReport report) =>
        report.Student is null || report.Student.Heads == report.Teacher.Heads ? "" : string.Create(CultureInfo.InvariantCulture, $" ({report.Student.Heads} of the student)");

    private static string Tiles(AttentionReport report) => report.Sequence.Pictures.Any(picture => picture.Tiles > 1)
        ? " Tiles stand at their places in the picture; the thumbnail, the whole picture as one more tile, has a map of its own."
        : "";

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
