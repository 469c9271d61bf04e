using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using DriveKD.Runs.Reports;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Reports;

/// <summary>Writes run folders whose metrics a test chooses.</summary>
internal sealed class SyntheticRun : IDisposable
{
    public const string Recipe = """
        seed: 7
        models:
          student: /models/InternVL3-1B
          teachers: { perception: /models/InternVL3-8B, reasoning: /models/InternVL3-8B, planning: /models/planner }
        data:
          records: [/data/train.json, /data/more.json]
        distillation:
          weights: { supervision: 1, perception: 2 }
        train:
          steps: 40

        """;

    private static readonly DateTimeOffset _noon = new(2026, 2, 3, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public static DateTimeOffset Noon => _noon;

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    /// <summary>A finished run; a row per step, from 1.</summary>
    public string Write(string name, int steps, Func<int, Dictionary<string, double>> row, string recipe = Recipe) =>
        Write(name, Finished(steps), steps, row, recipe);

    public string Write(string name, RunStatus status, int steps, Func<int, Dictionary<string, double>> row, string recipe = Recipe)
    {
        string path = Directory.CreateDirectory(_folder[name]).FullName;
        File.WriteAllText(Path.Combine(path, "recipe.yaml"), recipe);
        File.WriteAllText(Path.Combine(path, "environment.json"), """{ "version": "9.8.7", "commit": "c0ffee", "device": "cpu", "processor": "A & B" }""");
        status.Write(path);
        using MetricsWriter writer = new(Path.Combine(path, "metrics.jsonl"));
        for (int step = 1; step <= steps; step++)
        {
            writer.Write(step, row(step));
        }

        return path;
    }

    /// <summary>The one run of a name, read back.</summary>
    public RunRecord Read(string name) => Assert.Single(RunRecord.ReadAll([_folder[name]]));

    public static RunStatus Finished(int steps) => new()
    {
        State = RunState.Finished,
        StartedAt = _noon,
        EndedAt = _noon.AddMinutes(2),
        ProcessId = 1,
        Steps = steps,
    };

    public static Dictionary<string, double> Row(params (string Name, double Value)[] values) => values.ToDictionary(item => item.Name, item => item.Value);

    /// <summary>Everything that a trainer writes; losses fall, no notice is due.</summary>
    public static Dictionary<string, double> Everything(int step)
    {
        Dictionary<string, double> row = Row(
            ("epoch", 1),
            ("samples", 4 * step),
            ("gradient.conflicts_before", step % 3),
            ("gradient.conflicts_after", 0),
            ("gradient.stage1_projections", step % 3),
            ("gradient.stage2_projections", 0),
            ("gradient.distillation_share", 0.2),
            ("gradient_norm", 1.5),
            ("clip_factor", 0.9),
            ("learning_rate", 1e-4),
            ("tokens", 400),
            ("step_seconds", 0.5),
            ("elapsed_seconds", 0.5 * step),
            ("samples_per_second", 8),
            ("tokens_per_second", 800),
            ("memory.resident_bytes", 2e9),
            ("skipped", 0));
        string[] tasks = ["ce", "perception", "reasoning", "planning"];
        for (int i = 0; i < tasks.Length; i++)
        {
            row["loss." + tasks[i]] = (i == 0 ? 3 : 1e-4) * Math.Exp(-0.02 * step);
            row["weight." + tasks[i]] = 1;
            row["gradient.norm." + tasks[i]] = i == 0 ? 1 : 0.1;
            row["gradient.coefficient." + tasks[i]] = 1;
            row["gradient.coefficient_drift"] = 0.01;
            for (int j = i + 1; j < tasks.Length; j++)
            {
                row[$"gradient.cosine.{tasks[i]}_{tasks[j]}"] = 0.1 * Math.Sin(step);
                row[$"gradient.conflict.{tasks[i]}_{tasks[j]}"] = 0.25 * (step % 3);
            }
        }

        if (step % 10 == 0)
        {
            foreach (string part in new[] { "perception", "reasoning", "planning", "all" })
            {
                row["validation.loss." + part] = 1 + Math.Abs(step - 20);
                row["validation.exact_match." + part] = step / 100.0;
            }

            row["validation.samples"] = 16;
        }

        return row;
    }
}
