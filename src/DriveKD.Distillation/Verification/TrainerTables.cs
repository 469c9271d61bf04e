using System.Runtime.InteropServices;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using DriveKD.Models.Verification;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>The tables that need no model; which one a file is follows from the keys of its first row.</summary>
internal static class TrainerTables
{
    public const string Rows = "rows";
    public const string Losses = "losses";
    public const string Gradients = "gradients";
    public const string Windows = "windows of teacher layers";
    public const string Rates = "learning rates";
    public const string Merged = "merged gradients";
    public const string Names = "projections";
    public const string Released = "combined, as released";
    public const string Full = "combined, full projection";
    public const string Coefficients = "coefficients, full projection";
    public const string Means = "means of windows";
    public const string Weights = "weights";
    public const string RawWeights = "raw weights";
    public const string NotCompared = "not compared";

    private static readonly (string Name, double Tolerance, bool IsRelative)[] _stages =
    [
        (Rows, TrainerTolerances.Exact, false),
        (Losses, TrainerTolerances.LossTable, true),
        (Gradients, TrainerTolerances.LossTable, true),
        (Windows, TrainerTolerances.Exact, false),
        (Rates, TrainerTolerances.Rate, true),
        (Merged, TrainerTolerances.Projection, true),
        (Names, TrainerTolerances.Exact, false),
        (Released, TrainerTolerances.Projection, true),
        (Full, TrainerTolerances.Projection, true),
        (Coefficients, TrainerTolerances.Projection, true),
        (Means, TrainerTolerances.Reweighting, true),
        (Weights, TrainerTolerances.Reweighting, true),
        (RawWeights, TrainerTolerances.Reweighting, true),
        (NotCompared, TrainerTolerances.Exact, false),
    ];

    /// <summary>Compares a table.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="path">The file.</param>
    /// <returns>One row per stage; never empty.</returns>
    public static IReadOnlyList<GoldenCheck> Run(string name, string path)
    {
        StageTable stages = new(_stages, Rows);
        using DisposeScope scope = NewDisposeScope();
        try
        {
            if (!Compare(path, stages))
            {
                StageTally note = new(NotCompared, TrainerTolerances.Exact, isRelative: false);
                note.Skip("a note, or a table of unknown form");
                return [note.ToCheck(name)];
            }
        }
        catch (InputException exception)
        {
            stages[Rows].Fail(exception.Problems[0].ToString());
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or ExternalException or OverflowException or FormatException or KeyNotFoundException)
        {
            // The boundary of a table: whatever stands in it, the others still run.
            stages[Rows].Fail($"{exception.GetType().Name}: {exception.Message.Split('\n')[0]}");
        }

        return stages.ToChecks(name);
    }

    private static bool Compare(string path, StageTable stages)
    {
        JsonElement root = GoldenFile.Read(path);
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(LayerTable.Key, out _))
        {
            LayerTable.Run(GoldenFile.ReadObject(path), stages);
            return true;
        }

        JsonElement first = root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0 ? root[0] : default;
        bool Has(string key) => first.ValueKind == JsonValueKind.Object && first.TryGetProperty(key, out _);
        Action<IReadOnlyList<GoldenFacts>>? compare =
            Has(ProjectionTable.Key) ? rows => ProjectionTable.Run(rows, stages)
            : Has(ReweightingTable.Key) ? rows => ReweightingTable.Run(rows, stages)
            : Has(RateTable.Key) ? rows => RateTable.Run(rows, stages)
            : Has(LossTable.Key) ? rows => LossTable.Run(rows, Path.ChangeExtension(path, ".safetensors"), stages)
            : null;
        if (compare is null)
        {
            return false;
        }

        IReadOnlyList<GoldenFacts> rows = GoldenFile.ReadList(path);
        compare(rows);
        foreach (string key in rows.SelectMany(row => row.Unused).Select(key => key[(key.LastIndexOf('.') + 1)..]).Distinct())
        {
            stages[NotCompared].Skip(key);
        }

        return true;
    }
}
