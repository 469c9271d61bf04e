using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Deployment;
using DriveKD.Models.Checkpoints;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Planning;

/// <summary>Writes plans for people.</summary>
internal static class PlanText
{
    /// <summary>What a model needs to answer a question.</summary>
    public static void Write(Terminal terminal, RunningPlan plan, PlanSettings settings)
    {
        ModelShape shape = plan.Shape;
        Workload workload = plan.Workload;
        terminal.WriteRaw($"{shape.Name}: {Count(plan.Parameters.Total)} parameters of {shape.BytesPerValue} bytes, {(shape.IsHeadTied ? "head tied to the embedding" : "head of its own")}");
        terminal.WriteRaw(
            $"{workload.Pictures} pictures of {settings.Size.Width} x {settings.Size.Height} in {workload.UnitsPerPicture} tiles each: {Count(plan.PromptTokens)} tokens of prompt, {workload.AnswerTokens} of answer");
        double value = shape.BytesPerValue;
        bool isTower = plan.TowerBytes > plan.DecoderBytes + plan.KeyValueBytes;
        WriteBytes(
            terminal,
            [
                new PlanPart("vision tower", plan.Parameters.Vision * value, "weights"),
                new PlanPart("projector", plan.Parameters.Projector * value, "weights"),
                new PlanPart("embedding and head", (plan.Parameters.Embedding + plan.Parameters.Head) * value, "weights"),
                new PlanPart("decoder layers", plan.Parameters.Layers * value, "weights"),
                .. isTower
                    ? (IEnumerable<PlanPart>)[new PlanPart("tower's largest moment", plan.TowerBytes, "one MLP over all tiles; more than the decoder's with keys and values")]
                    :
                    [
                        new PlanPart("keys and values", plan.KeyValueBytes, $"{ByteCount.Format(shape.KeyValueBytesPerToken)} a token, prompt and answer"),
                        new PlanPart("decoder's largest moment", plan.DecoderBytes, "one MLP over the prompt"),
                    ],
                new PlanPart("framework", RunningPlan.FrameworkBytes, "context, kernels, allocator"),
            ],
            plan.MemoryBytes);
        Table table = NewTable("work", "operations", "seconds");
        AddRow(table, "tower and projector", Operations(plan.VisionFlops), Seconds(plan.VisionSeconds));
        AddRow(table, "prefill", Operations(plan.PrefillFlops), Seconds(plan.PrefillSeconds));
        AddRow(table, "until the first token", Operations(plan.VisionFlops + plan.PrefillFlops), Seconds(plan.FirstTokenSeconds));
        AddRow(table, $"each token, {ByteCount.Format(plan.DecodeBytes)} read", Operations(plan.DecodeFlops), Seconds(1 / plan.TokensPerSecond));
        terminal.Output.Write(table);
        WriteDevice(terminal, plan.Device, plan.TokensPerSecond is double speed ? $"{Number(speed)} tokens/s" : null);
        WriteFit(terminal, plan.MemoryBytes, settings.Device.MemoryBytes);
    }

    /// <summary>What a distillation needs.</summary>
    public static void Write(Terminal terminal, DistillationPlan plan, IReadOnlyCollection<Capability> stored, PlanSettings settings)
    {
        DistillationWork work = plan.Work;
        SampleLengths lengths = work.Lengths;
        terminal.WriteRaw($"student {work.Student.Name}: {Count(work.Trained.Total)} of {Count(WeightParts.Of(work.Student).Total + work.AdapterParameters)} parameters trained, computed in {work.Student.BytesPerValue} bytes");
        foreach (TeacherWork teacher in work.Teachers)
        {
            terminal.WriteRaw(
                $"teacher {teacher.Shape.Name}: {Count(WeightParts.Of(teacher.Shape).Total)} parameters, {teacher.LayersRun} of {teacher.Shape.Layers} layers run, for {Number(100 * teacher.SampleShare)} % of the samples");
        }

        terminal.WriteRaw(
            $"{Count(work.Samples)} samples in {Count(work.Steps)} steps of {work.SamplesPerStep}; a sample has {Number(lengths.MeanTokens)} tokens on average, {Number(lengths.MostTokens)} at most"
            + (lengths.IsEstimated ? " (estimated: the student's folder has no tokenizer)" : string.Empty));
        if (stored.Count > 0)
        {
            terminal.WriteRaw($"targets in cache.folder: {string.Join(", ", stored.Order().Select(role => role.ToString().ToLowerInvariant()))}; a teacher of no other capability is not loaded");
        }

        if (plan.Targets is TargetsPlan targets)
        {
            string streamed = targets.Streamed.Count == 0 ? "none layer by layer" : $"layer by layer: {string.Join(", ", targets.Streamed)}";
            terminal.WriteRaw(
                $"before the run, drivekd targets: {string.Join(", ", targets.Teachers)}, one after the other ({streamed}); {Operations(targets.Flops)} in all; the largest needs");
            WriteBytes(terminal, targets.Memory, targets.MemoryBytes);
            terminal.WriteRaw("the run, which then reads no teacher:");
        }

        WriteBytes(terminal, plan.Memory, plan.MemoryBytes);
        Table table = NewTable("work of a sample", "operations");
        foreach (PlanPart part in plan.Flops)
        {
            AddRow(table, part.Name, Operations(part.Amount));
        }

        table.AddEmptyRow();
        AddRow(table, "a sample", Operations(plan.FlopsPerSample));
        AddRow(table, "the run", Operations(plan.TotalFlops));
        terminal.Output.Write(table);
        WriteDevice(
            terminal,
            plan.Device,
            plan.SecondsPerSample is double seconds ? $"{Number(1 / seconds)} samples/s, {Number(plan.Hours!.Value)} hours; validation and checkpoints come on top" : null);
        WriteFit(terminal, plan.PeakBytes, settings.Device.MemoryBytes);
    }

    private static void WriteBytes(Terminal terminal, IReadOnlyList<PlanPart> parts, double total)
    {
        Table table = NewTable("memory", "bytes").AddColumn("how");
        foreach (PlanPart part in parts)
        {
            AddRow(table, part.Name, ByteCount.Format(part.Amount), part.Formula);
        }

        table.AddEmptyRow();
        AddRow(table, "total", ByteCount.Format(total), string.Empty);
        terminal.Output.Write(table);
    }

    private static void WriteDevice(Terminal terminal, DeviceNumbers? device, string? expected) => terminal.WriteRaw(device is null
        ? "no times: name a device by --gpu, or by --tflops and --bandwidth"
        : FormattableString.Invariant($"expected on {device.Name}: {expected} (assumed: {100 * device.ComputeEfficiency:0} % of {device.PeakFlops / 1e12:0.#} TFLOP/s, ")
            + FormattableString.Invariant($"{100 * device.BandwidthEfficiency:0} % of {device.Bandwidth / 1e9:0.#} GB/s, {1000 * device.LayerSeconds:0.##} ms to start a layer)"));

    private static void WriteFit(Terminal terminal, double bytes, double? memory)
    {
        if (memory is double there)
        {
            terminal.WriteRaw(bytes <= there
                ? $"fits: {ByteCount.Format(bytes)} of {ByteCount.Format(there)}"
                : $"does not fit: {ByteCount.Format(bytes)}, but there are {ByteCount.Format(there)}");
        }
    }

    private static Table NewTable(string first, params string[] numbers)
    {
        Table table = new Table().RoundedBorder().AddColumn(first);
        foreach (string name in numbers)
        {
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        }

        return table;
    }

    private static void AddRow(Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);

    private static string Count(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double number) => number.ToString(Math.Abs(number) >= 99.95 ? "N0" : "0.##", CultureInfo.InvariantCulture);

    private static string Seconds(double? seconds) => seconds is double number ? number.ToString(number < 0.1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture) : "-";

    /// <summary>Operations with the unit that people use.</summary>
    private static string Operations(double flops)
    {
        string[] units = ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP", "ZFLOP"];
        int unit = 0;
        while (flops >= 999.5 && unit < units.Length - 1)
        {
            flops /= 1000;
            unit++;
        }

        return $"{flops.ToString(flops >= 99.95 ? "0" : "0.0", CultureInfo.InvariantCulture)} {units[unit]}";
    }
}
