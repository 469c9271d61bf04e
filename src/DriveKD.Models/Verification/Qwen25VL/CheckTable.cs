using System.Text.Json;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>The file of what was checked of the cases: each case repeats its own; what belongs to none is named.</summary>
internal static class CheckTable
{
    public static void Run(GoldenCase table, StageTable stages, Qwen25VLFolder folder)
    {
        HashSet<string> names = [.. folder.Cases.Select(item => item.Name)];
        StageTally tally = stages[Qwen25VLStages.Files];
        foreach (string key in table.Facts.Keys.Where(key => table.Facts.KindOf(key) == JsonValueKind.Object))
        {
            table.Facts.Ignore(key);
            tally.Same($"{key} is a case", true, names.Contains(key));
        }
    }
}
