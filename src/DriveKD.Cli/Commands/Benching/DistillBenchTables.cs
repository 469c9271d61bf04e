using System.Globalization;
using DriveKD.Distillation.Benchmarking;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Folders;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Benching;

/// <summary>What <c>drivekd bench distill</c> found, for people.</summary>
internal sealed class DistillBenchTables(Terminal terminal, BenchFigures figures, RunEnvironment machine)
{
    private const string None = "-";

    /// <summary>Measurements, where their time goes, figures, conditions.</summary>
    public void Write()
    {
        WriteLegs();
        WritePhases();
        WriteFigures();
        WriteGrowth();
        WriteConditions();
    }

    private void WriteLegs()
    {
        Table table = BenchTables.New("measurement", "s/sample", "least..greatest", "samples/s", "peak memory", "speed, published = 1", "frozen published = 1", "what");
        foreach (BenchLeg leg in figures.Legs)
        {
            table.Add(leg.Name, Number(leg.Seconds), leg.Rounds.Count > 1 ? $"{Number(leg.Rounds.Min())}..{Number(leg.Rounds.Max())}" : "once", Number(1 / leg.Seconds),
                ByteCount.Format(leg.PeakBytes), Number(figures.Ratio(leg.Name, BenchFigures.Published)), Number(figures.Ratio(leg.Name, BenchFigures.PublishedFrozen)),
                leg.Explanation);
        }

        terminal.Output.Write(table);
    }

    private void WritePhases()
    {
        terminal.WriteRaw("seconds per sample by phase, and shares:");
        Table table = BenchTables.New(["phase", .. figures.Legs.Select(leg => leg.Name)]);
        foreach (StepPhase phase in Enum.GetValues<StepPhase>().Where(phase => figures.Legs.Any(leg => leg.Phases.ContainsKey(phase))))
        {
            table.Add([DistillBenchDocument.NameOf(phase), .. figures.Legs.Select(leg => Share(leg, phase))]);
        }

        table.Add(["whole", .. figures.Legs.Select(leg => Number(leg.Phases.Values.Sum()))]);
        terminal.Output.Write(table);
    }

    private void WriteFigures()
    {
        Line($"needed by the method: {Tera(figures.Flops.Cold)} TFLOP a sample cold, {Tera(figures.Flops.WarmFeatures)} with features kept, {Tera(figures.Flops.WarmTargets)} with targets kept");
        Line($"matrix products: {figures.GemmRate / 1e9:F1} GFLOP/s in this run; share of it in a step with features kept: {Percent(figures.GemmShare)}");
        Line($"projection with its norms: {Percent(figures.ProjectionShare)} of a step");
        Line($"peak memory of the published schedule over the engine's: {Number(figures.MemoryRatioOf(BenchFigures.WarmFeatures))} with features kept, {Number(figures.MemoryRatioOf(BenchFigures.WarmTargets))} with targets kept, {Number(figures.MemoryRatio)} where memory is saved");
        Line($"gradients against the published schedule's with a frozen tower: {Relative(figures.WholeAgreement)} apart as a whole, {Relative(figures.Agreement)} in the farthest parameter");
    }

    private void WriteGrowth()
    {
        foreach (BenchGrowth growth in figures.Growth)
        {
            Line($"{growth.What}: {Number(growth.Tokens)} times the tokens, {Number(growth.Seconds)} times the time");
        }
    }

    private void WriteConditions()
    {
        BenchSettings settings = figures.Settings;
        Line($"models: {settings.StudentFolder ?? "a student with random weights"}, {figures.StudentParameters.All:N0} numbers, the engine trains {figures.StudentParameters.Trained:N0}; {settings.TeacherFolder ?? "one teacher with random weights for all roles"}, {figures.TeacherParameters:N0} numbers");
        Line($"samples: {settings.Samples} per optimizer step, {settings.Shape.Pictures} pictures, {settings.Shape.Tokens} tokens of which {settings.Shape.AnswerTokens} supervised; shape {settings.Shape.Name}, seed {settings.Seed}, {figures.Precision}");
        Line($"machine: {figures.Device} with {figures.Threads} threads; {machine.Processor}, {machine.Cores} cores, {ByteCount.Format(machine.MemoryBytes)}");
        Line($"warm measurements: the median of {settings.Rounds} round{(settings.Rounds == 1 ? "" : "s")}; other work on the machine disturbs times: compare ratios of one run");
    }

    private static string Share(BenchLeg leg, StepPhase phase) => leg.Phases.TryGetValue(phase, out double seconds)
        ? $"{Number(seconds)} {(100 * seconds / leg.Phases.Values.Sum()).ToString("0", CultureInfo.InvariantCulture)} %"
        : None;

    /// <summary>Three significant digits.</summary>
    private static string Number(double? value)
    {
        if (value is not double number)
        {
            return None;
        }

        int decimals = number == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(number))), 0, 6);
        return number.ToString($"N{decimals}", CultureInfo.InvariantCulture);
    }

    private static string Tera(double operations) => Number(operations / 1e12);

    private static string Percent(double? share) => share is double value ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %" : None;

    private static string Relative(double? difference) => difference?.ToString("0.0e+0", CultureInfo.InvariantCulture) ?? None;

    private void Line(FormattableString text) => terminal.WriteRaw(PlainText.ForTerminal(text.ToString(CultureInfo.InvariantCulture)));
}
