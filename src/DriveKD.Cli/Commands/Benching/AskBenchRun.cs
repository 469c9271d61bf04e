using System.Globalization;
using DriveKD.Cli.Shell;
using DriveKD.Models.Measurement.Decoding;
using DriveKD.Runs.Folders;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Benching;

/// <summary>One run of <c>drivekd bench ask</c>: measure, show.</summary>
internal sealed class AskBenchRun(Terminal terminal, DecodeSettings settings, string? outputFile, bool asJson)
{
    private const double Giga = 1e9;
    private const string None = "-";

    /// <summary>Does it all.</summary>
    public int Run()
    {
        if (outputFile is not null)
        {
            OutputFile.RequireWritable(outputFile);
        }

        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment machine = RunEnvironment.Capture(build.Version, build.Commit ?? "unknown", [], "cpu", terminal.Time);
        DecodeFigures figures = Measure();
        string document = BenchJson.Write(
            new
            {
                conditions = new { program = machine.Version, machine.Commit, machine.StartedAt, machine.Processor, machine.Cores, machine.MemoryBytes, machine.OperatingSystem, settings.Rounds },
                figures,
            });
        if (outputFile is not null)
        {
            AtomicFile.WriteText(outputFile, document + "\n");
        }

        if (asJson)
        {
            terminal.WriteRaw(document);
            return ExitCode.Done;
        }

        WriteTables(figures);
        Line($"machine: {machine.Processor}, {machine.Cores} cores; medians of {settings.Rounds} rounds. Other work on the machine disturbs them: compare ratios of one run");
        return ExitCode.Done;
    }

    private DecodeFigures Measure()
    {
        using WaitLine wait = new(terminal);
        wait.Show("measuring products, prefill and decoding; a minute or two for the 1B");
        return DecodeMeasurement.Run(settings, terminal.Interrupted);
    }

    private void WriteTables(DecodeFigures figures)
    {
        Line($"{figures.Shape}: {figures.Instructions}, {figures.Threads} threads; memory read at {figures.Bandwidth.Median / Giga:F1} GB/s ({figures.Bandwidth.Minimum / Giga:F1} to {figures.Bandwidth.Maximum / Giga:F1})");
        Table prefill = BenchTables.New("prefill", "tokens", "s", "tokens/s", "share of matrix products");
        foreach (PrefillFigures each in figures.Prefills)
        {
            prefill.Add(each.Format, Whole(each.Tokens), Number(each.Seconds.Median), Number(each.Tokens / each.Seconds.Median), Percent(each.Share));
        }

        terminal.Output.Write(prefill);
        Table decode = BenchTables.New("decoding", "MB a token", "tokens/s", "share of bandwidth", "libtorch tokens/s");
        foreach (StepFigures step in figures.Steps)
        {
            decode.Add(step.Format, Whole(step.Bytes / 1e6), Number(step.Kernels.Median), Percent(step.Share.Median), Number(step.Libtorch?.Median));
        }

        terminal.Output.Write(decode);
        Table products = BenchTables.New("one row times a matrix", "format", "GB/s", "share of bandwidth", "libtorch GB/s");
        foreach (ProductFigures product in figures.Products)
        {
            products.Add($"{product.Name} {product.Outputs} x {product.Inputs}", product.Format, Number(product.Kernels.Median / Giga), Percent(product.Share.Median),
                Number(product.Libtorch?.Median / Giga));
        }

        terminal.Output.Write(products);
    }

    private static string Number(double? value) => value?.ToString("0.0##", CultureInfo.InvariantCulture) ?? None;

    private static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";

    private void Line(FormattableString text) => terminal.WriteRaw(PlainText.ForTerminal(text.ToString(CultureInfo.InvariantCulture)));
}
