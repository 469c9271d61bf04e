using DriveKD.Distillation.Signals;
using DriveKD.Models.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>The windows of layer-group matching for many pairs of depths: rows of student depth, teacher depth, group size, then the first layer of each window.</summary>
internal static class LayerTable
{
    public const string Key = "rows";

    // The trainer leaves out the last layer of both models.
    private const int LeftOut = 1;

    public static void Run(GoldenFacts table, StageTable stages)
    {
        foreach (double[] row in table.Rows(Key)!)
        {
            if (row.Length < 3 || row[0] <= LeftOut || row[1] <= LeftOut)
            {
                throw table.Wrong(Key, "a list of student depth, teacher depth, group size and first layers");
            }

            (IReadOnlyList<int> first, int size) = LayerGroups.Match((int)row[0] - LeftOut, (int)row[1] - LeftOut);
            stages[TrainerTables.Windows].SameItems($"{row[0]} of {row[1]} layers", [.. row.Skip(2)], [size, .. first.Select(layer => (double)layer)]);
        }
    }
}
