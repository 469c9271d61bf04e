using System.Globalization;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Models.Generation.Attention;
using DriveKD.Runs.Reports;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>
/// Attention maps as one HTML file that needs nothing else. Every picture is in it once, shrunk; every map is a picture of one pixel for each
/// token, which the browser lays over it, so that dozens of layers of many pictures stay a page that loads.
/// </summary>
public static class AttentionPage
{
    private const int LongestSide = 360;
    private const int Quality = 82;

    // The least width of a picture's maps, teacher and student together.
    private const int PairWidth = 330;
    private const int AloneWidth = 220;
    private const int LayerGap = 20;

    // Layers of so few pictures stand beside each other.
    private const int MostBesideLayers = 2;

    /// <summary>Writes the page.</summary>
    /// <param name="report">What it tells.</param>
    public static string Write(AttentionReport report)
    {
        ShownMaps maps = new(report, LongestSide);
        string title = AttentionWords.Title(report);
        Markup content = Markup.Of($"""
            <header>
            <h1>{title}</h1>
            <p class="lead">{AttentionWords.Meaning(report)}, over {Pictures(report)}, layer by layer{(report.Student is null ? "" : ", teacher beside student")}.</p>
            {Findings(report)}</header>
            {Sequence(report)}{Maps(report, maps)}{AttentionCharts.Write(report)}{AttentionTables.Distances(report)}{AttentionTables.Terms(report)}{AttentionTables.Facts(report)}<p class="made">Made by {report.Program} at {ReportNumbers.Moment(report.MadeAt)}.</p>

            """);
        return PageFrame.Write(title, content, $"{AttentionStyle.Text}\n{PictureStyle(report, maps)}");
    }

    private static string Pictures(AttentionReport report) => report.Sequence.Pictures.Count == 1 ? "one picture" : string.Create(CultureInfo.InvariantCulture, $"{report.Sequence.Pictures.Count} pictures");

    private static Markup Findings(AttentionReport report)
    {
        IReadOnlyList<string> findings = AttentionWords.Findings(report);
        return findings.Count == 0 ? Markup.None : Markup.Of($"""
            <ul class="notices"><li class="note"><b>At first sight</b>
            <ul>{Markup.Join(findings.Select(line => Markup.Of($"<li>{line}</li>")))}</ul></li></ul>

            """);
    }

    private static Markup Sequence(AttentionReport report) => Markup.Of($"""
        <h2>Question and answer</h2>
        <div class="sequence">{Markup.Join(report.PromptPieces.Select(Piece))}</div>
        <div class="sequence">{(report.AnswerPieces.Count == 0 ? Markup.Of($"<small>no answer</small>") : Markup.Join(report.AnswerPieces.Select(Piece)))}</div>
        <p class="quiet">The sequence as {(report.Student is null ? "the model reads" : "both models read")} it, prompt above and answer below ({(report.IsAnswerGiven ? "given" : $"{report.Teacher.Name}'s own, each time the likeliest token")}). Marked, each token on its own: {report.Rows.Description}, whose attention is averaged. Small and grey: control tokens.</p>

        """);

    private static Markup Piece(SequencePiece piece) => piece.Kind switch
    {
        PieceKind.Chosen => Markup.Of($"<mark>{piece.Text}</mark>"),
        PieceKind.Control => Markup.Of($"<small>{piece.Text}</small>"),
        PieceKind.Picture => Markup.Of($"""<span class="picture">picture {piece.Text}</span>"""),
        _ => Markup.Of($"{piece.Text}"),
    };

    private static Markup Maps(AttentionReport report, ShownMaps maps)
    {
        int width = report.Student is null ? AloneWidth : PairWidth;
        return Markup.Of($"""
            <h2>The maps</h2>
            <div class="maps" style="--pair:{width}px;--layer:{maps.Columns.Count * (width + LayerGap)}px">
            <input type="radio" name="scale" id="scale-each" checked><label for="scale-each">colours for each layer</label><input type="radio" name="scale" id="scale-common"><label for="scale-common">one scale for all layers</label><input type="checkbox" id="show-tokens"><label for="show-tokens">single tokens</label>
            <div class="layers{(maps.Columns.Count <= MostBesideLayers ? " few" : "")}">
            {Markup.Join(report.Layers.Select((pair, row) => Layer(report, pair, maps, row)))}</div></div>

            """);
    }

    private static Markup Layer(AttentionReport report, LayerPair pair, ShownMaps maps, int row) => Markup.Of($"""
        <section class="layer" id="layer-{pair.Teacher.Layer}"><header><h3>{AttentionWords.Layers(report, pair)}</h3>{Scale(maps.Scales[row], "each")}{Scale(maps.Common, "common")}{Distance(pair)}</header>
        <div class="pairs">{Markup.Join(Enumerable.Range(0, maps.Columns.Count).Select(column => Pair(report, maps, row, column)))}</div></section>

        """);

    private static Markup Scale(ColorScale scale, string kind) => Markup.Of(
        $"""<span class="scale {kind}">{AttentionWords.Number(scale.Low)}<i></i><b>{ShownMaps.HighEnd(scale)}</b></span>""");

    private static Markup Distance(LayerPair pair) => pair.Distance is null ? Markup.None : Markup.Of(
        $"""<span class="scale">1 - cosine <b>{AttentionWords.Number(pair.Distance.Cosine)}</b>, mean squared <b>{AttentionWords.Squared(pair.Distance.MeanSquared)}</b></span>""");

    private static Markup Pair(AttentionReport report, ShownMaps maps, int row, int column)
    {
        IReadOnlyList<IReadOnlyList<AttentionPanel>> sides = maps.Layers[row];
        Markup drawn = Markup.Join(report.Models.Select((model, side) => Side(
            report, model, report.Layers[row].Sides.ElementAt(side).Layer, sides[side][column], column, maps.Scales[row], maps.Common)));
        return Markup.Of($"""
            <figure><figcaption>{maps.Columns[column].Label}</figcaption><div class="pair{(report.Student is null ? " alone" : "")}">{drawn}</div></figure>

            """);
    }

    private static Markup Side(AttentionReport report, AttentionModel model, int layer, AttentionPanel panel, int column, ColorScale own, ColorScale common)
    {
        double sum = panel.Map.Weights.Sum(weight => (double)weight);
        string alternative = string.Create(CultureInfo.InvariantCulture, $"{model.Name}, layer {layer}, {panel.Label}: {ReportNumbers.Percent(sum)} of the attention");
        string name = report.Student is null ? "" : ReferenceEquals(model, report.Teacher) ? "teacher " : "student ";
        return Markup.Of(
            $"""<div class="side"><div class="map p{column}">{Map(panel.Map, own, "each", alternative)}{Map(panel.Map, common, "common", alternative)}</div>{name}<b>{ReportNumbers.Percent(sum)}</b></div>""");
    }

    private static Markup Map(AttentionMap map, ColorScale scale, string kind, string alternative) => Markup.Of(
        $"""<img class="{kind}" src="data:image/png;base64,{Convert.ToBase64String(HeatPicture.EncodeMap(map, scale))}" alt="{alternative}">""");

    // A tiled picture has two columns, tiles and thumbnail, over the same pixels.
    private static string PictureStyle(AttentionReport report, ShownMaps maps)
    {
        List<string> rules = [];
        int column = 0;
        foreach (PictureAttention picture in report.Layers[0].Teacher.Pictures)
        {
            RgbImage shown = maps.Columns[column].Image;
            int parts = picture.Layout.HasThumbnail ? 2 : 1;
            string classes = string.Join(',', Enumerable.Range(column, parts).Select(part => string.Create(CultureInfo.InvariantCulture, $".p{part}")));
            rules.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{classes}{{aspect-ratio:{shown.Width}/{shown.Height};background-image:url(data:image/jpeg;base64,{Convert.ToBase64String(JpegEncoder.Encode(HeatPicture.Dim(shown), Quality))})}}"));
            column += parts;
        }

        return string.Join('\n', rules);
    }
}
