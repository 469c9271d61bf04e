using System.Globalization;
using DriveKD.Evaluation.Results;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Reports;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>How the run was made, and how many answers came of it.</summary>
internal static class FactSection
{
    public static Markup Write(EvaluationResults results, EvaluationFacts facts)
    {
        EvaluateRecipe recipe = results.Recipe;
        (string Name, string Value)[] rows =
        [
            ("questions", string.Join(", ", recipe.Data.Records)),
            ("prompts", Prompts(recipe.Prompts)),
            ("seed", recipe.Seed.ToString(CultureInfo.InvariantCulture)),
            ("intervals", FormattableString.Invariant($"{100 * recipe.Statistics.Confidence:0.#} %, {recipe.Statistics.Resamples:N0} resamples of scenes; Wilson's for accuracies")),
            ("device", $"{facts.Device}, precision {recipe.Precision}, batches of {recipe.BatchSize}"),
            ("machine", facts.Machine),
            ("program", facts.Program),
            ("started", ReportNumbers.Moment(facts.StartedAt)),
            ("time", ReportNumbers.Duration((facts.MadeAt - facts.StartedAt).TotalSeconds) + (facts.Resumptions == 0 ? "" : FormattableString.Invariant($", taken up again {facts.Resumptions} times"))),
        ];
        return Markup.Of($"""
            <h2>The run</h2>
            <div class="scroll"><table><thead></thead><tbody>{Markup.Join(rows.Select(row => Markup.Of($"""<tr><th scope="row">{row.Name}</th><td>{row.Value}</td></tr>""")))}{Markup.Join(results.Models.Select(model => Markup.Of($"""<tr><th scope="row">{model.Model.Name}</th><td><span class="path">{model.Model.Address}</span></td></tr>""")))}</tbody></table></div>
            <div class="scroll"><table><caption>Answers</caption><thead><tr><th scope="col">model</th><th scope="col">pictures</th>{Cells.Head("answered")}{Cells.Head("failed")}{Cells.Head("not asked")}{Cells.Head("cut off")}{Cells.Head("median time")}</tr></thead>
            <tbody>{Markup.Join(results.Models.SelectMany(model => model.Passes.Select(pass => Pass(model, pass))))}</tbody></table></div>

            """);
    }

    private static Markup Pass(ModelResult model, PassResult pass) => Markup.Of($"""
        <tr><th scope="row">{model.Model.Name}</th><td>{pass.Corruption.Title}</td>{Markup.Join(new[] { pass.Answers.Count - pass.Failed, pass.Failed, pass.NotAsked, pass.CutOff }.Select(count => Cells.Text(ReportNumbers.Whole(count))))}{Cells.Text(pass.MedianSeconds is double seconds ? seconds.ToString(seconds < 1 ? "0.000" : "0.0", CultureInfo.InvariantCulture) + " s" : "-")}</tr>

        """);

    private static string Prompts(PromptSettings prompts)
    {
        string system = prompts.System.Length <= 80 ? prompts.System : prompts.System[..80] + "...";
        string temperature = prompts.Temperature is double value ? value.ToString("0.##", CultureInfo.InvariantCulture) : "not sent";
        return FormattableString.Invariant(
            $"{prompts.Layout.ToString().ToLowerInvariant()} layout, system text: {system}, at most {prompts.MaxNewTokens} tokens, temperature {temperature}, {prompts.MaxTiles} tile{(prompts.MaxTiles == 1 ? "" : "s at most")} per picture");
    }
}
