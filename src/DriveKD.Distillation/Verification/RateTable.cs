using System.Globalization;
using DriveKD.Distillation.Training;
using DriveKD.Models.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>The learning rates of the first optimizer steps, by schedule.</summary>
internal static class RateTable
{
    public const string Key = "base_lr";

    private const string RatesPrefix = "lr_of_optimizer_step_1";

    public static void Run(IReadOnlyList<GoldenFacts> rows, StageTable stages)
    {
        foreach ((int number, GoldenFacts row) in rows.Index())
        {
            LearningRate rate = TrainerSettings.RateOf(row, row.Need(Key, row.Number(Key)));
            string key = row.Keys.FirstOrDefault(name => name.StartsWith(RatesPrefix, StringComparison.Ordinal)) ?? RatesPrefix;
            foreach ((int step, double expected) in row.Need(key, row.Numbers(key)).Index())
            {
                stages[TrainerTables.Rates].Near(string.Create(CultureInfo.InvariantCulture, $"schedule {number}, step {step + 1}"), expected, rate.At(step));
            }
        }
    }
}
