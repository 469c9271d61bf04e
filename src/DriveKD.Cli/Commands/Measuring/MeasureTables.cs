using System.Globalization;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Measurement;
using DriveKD.Runs.Folders;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Measuring;

/// <summary>Deployment figures for people.</summary>
internal sealed class MeasureTables(Terminal terminal, DeploymentFigures figures, RunEnvironment machine)
{
    private const string None = "-";

    /// <summary>Models, cases, ratios, conditions.</summary>
    public void Write(bool showsProfile, bool showsPublished)
    {
        WriteModels();
        WriteCases();
        foreach (IGrouping<string, CaseRatios> group in figures.Ratios.GroupBy(ratio => ratio.Against))
        {
            WriteRatios(group.First().Of, group.Key, [.. group]);
        }

        if (showsProfile)
        {
            WriteProfile();
        }

        if (showsPublished)
        {
            WritePublished();
        }

        WriteConditions();
    }

    private bool HasEnergy => figures.EnergySource is not null;

    private void WriteModels()
    {
        Table table = NewTable("model", "parameters", "weights", "precision", "threads", "load s", "before load", "peak of load");
        foreach (ModelFigures model in figures.Models)
        {
            AddRow(
                table, model.Name, Whole(model.Parameters), Bytes(model.ParameterBytes), model.Precision, Whole(model.Threads), Of(model.LoadSeconds),
                Bytes(model.BeforeLoadResidentBytes), Bytes(model.LoadPeakResidentBytes));
        }

        terminal.Output.Write(table);
        foreach (ModelFigures model in figures.Models)
        {
            if (model.Quantized is not null)
            {
                terminal.WriteRaw(PlainText.ForTerminal($"{model.Name}: tokens are decoded with {DecodingWeightNames.Describe(model.Quantized)}"));
            }
        }
    }

    private void WriteCases()
    {
        Table table = NewTable(["model", "pictures", "prompt", "peak memory", "vision s", "prefill s", "first token s", "decode tokens/s", .. Throughput]);
        foreach (ModelFigures model in figures.Models)
        {
            foreach (CaseFigures each in model.Cases.Where(each => each.IsMeasured))
            {
                AnswerFigures answers = each.Figures;
                string tensors = each.Tensors is null ? "" : $"\ntensors {ByteCount.Format(each.Tensors.Total)}";
                string[] cells =
                [
                    model.Name, Whole(each.Case.Pictures), $"{Whole(each.PromptTokens)}\ntext {Whole(each.Case.TextTokens)}",
                    Bytes(each.PeakResidentBytes) + tensors, Of(answers.VisionSeconds), Of(answers.PrefillSeconds), Of(answers.FirstTokenSeconds),
                    Of(answers.DecodeTokensPerSecond), .. ThroughputOf(answers),
                ];
                AddRow(table, cells);
            }
        }

        if (table.Rows.Count > 0)
        {
            terminal.Output.Write(table);
        }
    }

    private void WriteRatios(string of, string against, IReadOnlyList<CaseRatios> ratios)
    {
        terminal.WriteRaw(PlainText.ForTerminal($"{of} / {against}, ratios of answers in turn (a time below 1 is faster, a speed above 1 too):"));
        Table table = NewTable(["pictures", "text", "peak memory", "vision", "prefill", "first token", "decode tokens/s", .. Throughput]);
        foreach (CaseRatios ratio in ratios)
        {
            AnswerFigures answers = ratio.Figures;
            string tensors = ratio.TensorTotal is null ? "" : $"\ntensors {Number(ratio.TensorTotal)}";
            string[] cells =
            [
                Whole(ratio.Case.Pictures), Whole(ratio.Case.TextTokens), Number(ratio.PeakResident) + tensors, Of(answers.VisionSeconds),
                Of(answers.PrefillSeconds), Of(answers.FirstTokenSeconds), Of(answers.DecodeTokensPerSecond), .. ThroughputOf(answers),
            ];
            AddRow(table, cells);
        }

        terminal.Output.Write(table);
    }

    private void WriteProfile()
    {
        terminal.WriteRaw("shares of an answer's time, and of a decoded token's:");
        Table table = NewTable("model", "pictures", "text", "answer s", "resize", "vision", "prefill", "decode", "token ms", "layers", "head", "choice");
        foreach (ModelFigures model in figures.Models)
        {
            foreach (CaseFigures each in model.Cases)
            {
                if (AnswerProfile.Of(each, model.HeadSeconds) is { } profile)
                {
                    AddRow(
                        table, model.Name, Whole(each.Case.Pictures), Whole(each.Case.TextTokens), Number(profile.AnswerSeconds), Percent(profile.PictureShare),
                        Percent(profile.VisionShare), Percent(profile.PrefillShare), Percent(profile.DecodeShare), Number(1000 * profile.TokenSeconds),
                        Percent(profile.LayerShareOfToken), Percent(profile.HeadShareOfToken), Percent(profile.ChoiceShareOfToken));
                }
            }
        }

        terminal.Output.Write(table);
    }

    private void WritePublished()
    {
        terminal.WriteRaw("published (arXiv 2601.21288, on its authors' GPU; not measured here, and other prompts):");
        Table table = NewTable("model", "memory", "first token s", "decode tokens/s");
        foreach (PublishedDeployment row in PublishedDeployment.All)
        {
            AddRow(table, row.Model, ByteCount.Format(row.MemoryGigabytes * 1e9), Number(row.FirstTokenSeconds), Number(row.TokensPerSecond));
        }

        terminal.Output.Write(table);
    }

    private void WriteConditions()
    {
        MeasureSettings settings = figures.Settings;
        if (!figures.IsComplete)
        {
            terminal.WriteRaw("stopped: only what was measured by then is shown");
        }

        terminal.WriteRaw("each cell: the median, the least..greatest, and the interquartile range (iqr)");
        terminal.WriteRaw(Invariant(
            $"answers: {settings.Repeats} per model and case after one that warms up, {settings.NewTokens} tokens each, greedy, no stop token; pictures of {DeploymentMeasurement.PictureWidth} x {DeploymentMeasurement.PictureHeight} as the models take them by default; seed {settings.Seed}"));
        terminal.WriteRaw(figures.ResidentMethod == ResidentMethod.HighWaterMark
            ? "memory: the process's peak resident memory during one answer, each model alone; tensors: weights, key-value cache and what the answer needs besides"
            : "memory: resident memory looked at every few milliseconds, as its peak cannot be set back here; shorter peaks are missed");
        terminal.WriteRaw(figures.EnergyMissing is { } missing ? $"energy: not available: {missing}" : $"energy: {figures.EnergySource}; the whole machine's, whoever uses it");
        string load = figures.LoadAverage is double average ? Invariant($", load average {average:F1} at the beginning") : "";
        terminal.WriteRaw(PlainText.ForTerminal(
            Invariant($"machine: {figures.Device}; {machine.Processor}, {machine.Cores} cores, {ByteCount.Format(machine.MemoryBytes)}{load}")));
        terminal.WriteRaw("other work on the machine disturbs times: compare ratios of one run, not times of two");
    }

    private string[] Throughput => HasEnergy ? ["answers/s", "J per answer", "answers/Wh"] : ["answers/s"];

    private string[] ThroughputOf(AnswerFigures answers) => HasEnergy
        ? [Of(answers.AnswersPerSecond), Of(answers.JoulesPerAnswer), Of(answers.AnswersPerWattHour)]
        : [Of(answers.AnswersPerSecond)];

    private static string Of(Spread? spread) => spread switch
    {
        null => None,
        { Count: 1 } => $"{Number(spread.Median)}\nonce",
        _ => $"{Number(spread.Median)}\n{Number(spread.Minimum)}..{Number(spread.Maximum)}\niqr {Number(spread.InterquartileRange)}",
    };

    /// <summary>Three significant digits.</summary>
    private static string Number(double? value)
    {
        if (value is not double number)
        {
            return None;
        }

        double size = Math.Abs(number);
        if (size is > 0 and < 1e-6)
        {
            return number.ToString("0.0e+0", CultureInfo.InvariantCulture);
        }

        int decimals = size == 0 ? 0 : Math.Max(0, 2 - (int)Math.Floor(Math.Log10(size)));
        return number.ToString($"N{decimals}", CultureInfo.InvariantCulture);
    }

    private static string Bytes(long? bytes) => bytes is long count ? ByteCount.Format(count) : None;

    private static string Whole(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? None;

    private static string Percent(double? share) => share is double value ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %" : None;

    private static Table NewTable(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        for (int i = 0; i < columns.Length; i++)
        {
            TableColumn column = new(columns[i]);
            table.AddColumn(i == 0 && columns[i] == "model" ? column : column.RightAligned());
        }

        return table;
    }

    private static void AddRow(Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(PlainText.ForTerminal(cell)))]);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
