using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Judge;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Judging;

/// <summary>One run of <c>drivekd judge</c>: read, grade, write, report.</summary>
internal sealed class JudgeCommandRun(Terminal terminal, JudgeSettings settings) : IProgress<LoadProgress>, IProgress<JudgeProgress>
{
    private WaitLine? _wait;

    /// <summary>Does it all.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        settings.Validate();
        JudgeInput input = JudgeInputReader.Read(settings.Answers, settings.References, settings.Descriptions);
        using WaitLine wait = new(terminal);
        _wait = wait;
        wait.Show("loading the judge");
        using JudgeModel model = JudgeModel.Open(settings, this, cancellation);
        using JudgeCache cache = JudgeCache.Open(settings.Cache);
        EndpointSettings endpoint = settings.Endpoint;
        JudgeRun run = new(
            model.Client,
            new JudgeRunOptions
            {
                Identity = model.Identity,
                Cache = cache,
                Budget = new JudgeBudget(settings.BudgetTokens, settings.BudgetCost),
                Prices = endpoint.InputPrice is null && endpoint.OutputPrice is null ? null : new TokenPrices(endpoint.InputPrice ?? 0, endpoint.OutputPrice ?? 0),
                Repeats = settings.Repeats,
                Concurrency = model.Concurrency,
            },
            terminal.Time);
        wait.Show($"asking {model.Name}");
        JudgeSummary summary;
        using (JudgedRecordFile file = new(settings.Output))
        {
            try
            {
                summary = await run.RunAsync(input.Items, file.Add, this, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                wait.Hide();
                terminal.ErrorText.WriteLine($"What was graded is in {settings.Output}, what was paid for in {settings.Cache}; start again to go on.");
                throw;
            }

            file.Complete(summary.Records);
        }

        wait.Hide();
        if (settings.AsJson)
        {
            terminal.WriteRaw(JudgeDocument.Write(settings, model, input, summary));
        }
        else
        {
            JudgeReport.Write(terminal, settings, model, input, summary);
        }

        return summary.Fault is Problem fault ? throw new InputException(fault.Where, $"{fault.What} What was graded until then is in {settings.Output}; start again to go on.")
            : summary.Cells.All(cell => cell.Scored == 0) ? ExitCode.CheckFailed
            : ExitCode.Done;
    }

    /// <inheritdoc />
    void IProgress<LoadProgress>.Report(LoadProgress value) => _wait?.Show(string.Create(
        CultureInfo.InvariantCulture, $"loading the judge: {100.0 * value.BytesDone / Math.Max(1, value.BytesTotal):F0} % of {value.BytesTotal / 1e9:F2} GB"));

    /// <inheritdoc />
    void IProgress<JudgeProgress>.Report(JudgeProgress value)
    {
        string unscored = value.Unscored == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {value.Unscored} without a grade");
        string left = value.Left is TimeSpan time ? string.Create(CultureInfo.InvariantCulture, $"  left {(int)time.TotalMinutes}:{time.Seconds:00}") : "";
        _wait?.Show(string.Create(CultureInfo.InvariantCulture, $"graded {value.Done}/{value.Total}{unscored}  {value.Tokens:N0} tokens{left}"));
    }
}
