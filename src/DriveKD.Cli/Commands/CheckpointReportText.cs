using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Inspection;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using Spectre.Console;

namespace DriveKD.Cli.Commands;

/// <summary>A model folder's inspection for people.</summary>
internal static class CheckpointReportText
{
    private const int MostProblems = 50;

    public static void Write(Terminal terminal, CheckpointReport report, bool showsTensors)
    {
        terminal.WriteRaw($"{report.Folder}: {(report.Shape is null ? $"{report.Config.Family.Name} of a shape of its own" : $"{report.Shape} shape")}, {Layout(report)}");
        terminal.Output.Write(ShapeTable(report));
        terminal.Output.Write(PartTable(report));
        terminal.Output.Write(FactTable(report));
        terminal.WriteRaw($"memory to run: {report.Memory.RunFormula}.");
        terminal.WriteRaw($"memory to train: {report.Memory.TrainFormula}.");
        if (showsTensors)
        {
            WriteTensors(terminal, report.Tensors);
        }

        WriteProblems(terminal, "odd", report.Oddities);
        WriteProblems(terminal, "faults", report.Faults);
        terminal.WriteRaw(report.Faults.Count == 0 ? "can be loaded" : $"cannot be loaded: {report.Faults.Count} {(report.Faults.Count == 1 ? "fault" : "faults")}");
    }

    private static string Layout(CheckpointReport report) => $"{report.Family} ({report.Naming ?? "unknown tensor names"}), {report.Files.Count} {(report.Files.Count == 1 ? "file" : "files")}";

    private static Table ShapeTable(CheckpointReport report)
    {
        Table table = NewTable("shape").AddColumn(Right("layers")).AddColumn(Right("width")).AddColumn(Right("heads")).AddColumn(Right("kv heads"))
            .AddColumn(Right("head width")).AddColumn(Right("mlp")).AddColumn("kind");
        TowerShape vision = report.Config.Tower;
        LanguageModelConfig language = report.Config.Language;
        AddRow(
            table, "vision tower", Number(vision.Layers), Number(vision.Width), Number(vision.Heads), Number(vision.Heads), Number(vision.Width / vision.Heads),
            Number(vision.Intermediate), report.Tower);
        AddRow(
            table, "language model", Number(language.Layers), Number(language.HiddenSize), Number(language.Heads), Number(language.KeyValueHeads),
            Number(language.HeadSize), Number(language.IntermediateSize), $"Qwen2, {Number(language.MaxPositions)} positions{Rope(language)}");
        return table;
    }

    private static string Rope(LanguageModelConfig language) => language.RopeScaling switch
    {
        RopeScalingKind.None => string.Empty,
        RopeScalingKind kind => string.Create(CultureInfo.InvariantCulture, $", {kind.ToString().ToLowerInvariant()} RoPE x {language.RopeFactor}"),
    };

    private static Table PartTable(CheckpointReport report)
    {
        Table table = NewTable("part").AddColumn(Right("tensors")).AddColumn(Right("parameters")).AddColumn(Right("stored"));
        foreach (PartReport part in report.Parts)
        {
            AddRow(table, Name(part.Part), Number(part.Tensors), Number(part.Parameters), ByteCount.Format(part.Bytes));
        }

        AddRow(table, "total", Number(report.Parts.Sum(part => (long)part.Tensors)), Number(report.Parameters), ByteCount.Format(report.Parts.Sum(part => part.Bytes)));
        return table;
    }

    private static Table FactTable(CheckpointReport report)
    {
        Table table = NewTable("fact").AddColumn("value");
        MemoryReport memory = report.Memory;
        AddRow(table, "stored as", string.Join(", ", report.DTypes.Select(dtype => $"{dtype.DType}: {Number(dtype.Tensors)} tensors, {ByteCount.Format(dtype.Bytes)}")));
        AddRow(
            table, "memory to run", $"{ByteCount.Format(memory.RunBytes)}: weights {ByteCount.Format(memory.WeightBytes)}, largest layer "
            + $"{ByteCount.Format(memory.ActivationBytes)}, KV cache {ByteCount.Format(memory.KeyValueBytesPerThousandTokens)} per 1,000 tokens");
        AddRow(table, "memory to train", $"{ByteCount.Format(memory.TrainLanguageBytes)} language model alone, {ByteCount.Format(memory.TrainAllBytes)} everything");
        AddRow(
            table, "tokens per picture",
            $"{Number(report.TokensPerPicture)} as {report.UsualPicture}; up to {Number(report.MaxTokensPerPicture)} as {report.LargestPicture}");
        AddRow(table, "vocabulary", $"{Number(report.VocabularyRows)} rows, {(report.Tokenizer is null ? "no tokenizer" : $"{Number(report.Tokenizer.Size)} tokens")}");
        AddRow(table, "head", report.IsTied ? "tied: none of its own" : "of its own");
        AddRow(table, "chat template", report.ChatTemplate ?? "none");
        return table;
    }

    private static void WriteTensors(Terminal terminal, IReadOnlyList<TensorEntry> tensors)
    {
        // Lines, not a table: long names stay whole and greppable.
        int nameWidth = tensors.Max(tensor => tensor.Name.Length);
        int shapeWidth = tensors.Max(tensor => tensor.ShapeText.Length);
        foreach (TensorEntry tensor in tensors)
        {
            terminal.OutputText.WriteLine(
                $"{tensor.Name.PadRight(nameWidth)}  {TensorDTypes.NameOf(tensor.DType),-4}  {tensor.ShapeText.PadRight(shapeWidth)}  {Path.GetFileName(tensor.File)}");
        }

        terminal.OutputText.Flush();
    }

    private static void WriteProblems(Terminal terminal, string title, IReadOnlyList<Problem> problems)
    {
        if (problems.Count == 0)
        {
            return;
        }

        terminal.WriteRaw($"{title}:");
        foreach (Problem problem in problems.Take(MostProblems))
        {
            terminal.WriteRaw($"  {problem}");
        }

        if (problems.Count > MostProblems)
        {
            terminal.WriteRaw($"  and {problems.Count - MostProblems} more; --json lists all");
        }
    }

    private static string Name(ModelPart part) => part switch
    {
        ModelPart.VisionTower => "vision tower",
        ModelPart.Projector => "projector",
        ModelPart.Embedding => "embedding",
        ModelPart.LanguageLayers => "language layers",
        _ => "head",
    };

    private static Table NewTable(string first) => new Table().Border(TableBorder.Rounded).AddColumn(first);

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned();

    private static void AddRow(Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
