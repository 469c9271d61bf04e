using DriveKD.Evaluation.Results;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>What corrupted pictures do to the points, and what is answered without any.</summary>
internal static class RobustnessSection
{
    public static Markup Write(EvaluationResults results, IReadOnlyList<PagePicture> strip)
    {
        if (results.Corruptions.Count < 2)
        {
            return Markup.None;
        }

        Markup plot = RobustnessPlot.Draw(results);
        Markup figure = plot.Text.Length == 0 ? Markup.None : Markup.Of($"""
            <figure class="wide">
            <ul class="legend">{Markup.Join(results.Models.Select((model, i) => Markup.Of($"""<li><i class="{Palette.ClassOf(i)}"></i>{model.Model.Name}</li>""")))}</ul>
            {plot}<figcaption>Mean of the capabilities under each corruption, with its interval. Dashed: the same model on clean pictures. A dot left of its line is what the fault costs.</figcaption>
            </figure>

            """);
        return Markup.Of($"""
            <h2>Corruptions</h2>
            {Strip(strip)}{figure}{Summary(results)}{Table(results)}
            """);
    }

    private static Markup Strip(IReadOnlyList<PagePicture> strip) => strip.Count == 0 ? Markup.None : Markup.Of($"""
        <div class="strip">
        {Markup.Join(strip.Select(picture => Markup.Of($"""<figure><img src="{picture.Address}" width="{picture.Width}" height="{picture.Height}" alt="{picture.Label}"><figcaption>{picture.Label}</figcaption></figure>""")))}</div>

        """);

    private static Markup Summary(EvaluationResults results)
    {
        Markup rows = Markup.Join(results.Models.Where(model => model.MeanDrop is not null || model.TextShare is not null).Select(model => Markup.Of($"""
            <tr><th scope="row">{model.Model.Name}</th>{Cells.Text(Cells.Points(model.Clean?.Score))}{Cells.Text(model.MeanDrop is double drop ? Cells.Points(drop) : "-", model.Faults == 0 ? "" : model.Faults == 1 ? "over 1 fault" : FormattableString.Invariant($"over {model.Faults} faults"))}{Cells.Text(Cells.Percent(model.TextShare))}</tr>

            """)));
        return rows.Text.Length == 0 ? Markup.None : Markup.Of($"""
            <div class="scroll"><table><caption>In short</caption><thead><tr><th scope="col">model</th>{Cells.Head("clean")}{Cells.Head("mean corruption drop")}{Cells.Head("answered from text alone")}</tr></thead>
            <tbody>{rows}</tbody></table></div>
            <p class="quiet">Mean corruption drop: points lost, clean less corrupted, mean over the faults. Answered from text alone: points without any picture as a share of those on clean ones; near 100 % the model does not look.</p>

            """);
    }

    private static Markup Table(EvaluationResults results) => results.Models.All(model => model.Robustness.Count == 0) ? Markup.None : Markup.Of($"""
        <div class="scroll"><table><caption>Every corruption against clean pictures</caption><thead><tr><th scope="col">pictures</th><th scope="col">model</th>{Cells.Head("points")}{Cells.Head("change")}{Cells.Head("paired difference")}{Cells.Head("corrected p")}{Cells.Head("perception")}{Cells.Head("reasoning")}{Cells.Head("planning")}</tr></thead>
        <tbody>{Markup.Join(results.Corruptions.SelectMany(corruption => results.Models.Select((model, i) => Row(results, model, model.Passes.Single(pass => pass.Corruption == corruption), isFirst: i == 0))))}</tbody></table></div>
        <p class="quiet">Change: points less those on clean pictures. Paired difference: the same questions one by one, by each answer's own points, with its interval; p by sign flips of whole scenes, corrected by Holm for all corruptions of all models.</p>

        """);

    private static Markup Row(EvaluationResults results, ModelResult model, PassResult pass, bool isFirst)
    {
        RobustnessRow? row = model.Robustness.FirstOrDefault(row => row.Pass == pass);
        Markup head = !isFirst ? Markup.None : Markup.Of($"""<th scope="rowgroup" rowspan="{results.Models.Count}">{pass.Corruption.Title}</th>""");
        Markup points = Cells.Figure(Cells.Points(pass.Score), Cells.Ends(pass.Interval, Cells.Points), pass.Count, pass.Unscored);
        Markup paired = Cells.Text(Cells.Change(row?.Paired?.Difference.Estimate), Cells.Ends(row?.Paired?.Difference.Interval, Cells.Change));
        Markup capabilities = Markup.Join(pass.Report.Capabilities.Where(capability => capability.Capability is not null).Select(capability =>
            Cells.Figure(Cells.Points(capability.Score), "", capability.Count, capability.Unscored)));
        return Markup.Of($"""
            <tr>{head}<td>{model.Model.Name}</td>{points}{Cells.Text(Cells.Change(row?.Change))}{paired}{Cells.Text(Cells.P(row?.AdjustedP))}{capabilities}</tr>

            """);
    }
}
