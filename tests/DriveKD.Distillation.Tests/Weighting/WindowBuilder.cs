using System.Globalization;
using System.Text.Json;
using DriveKD.Distillation.Training;
using DriveKD.Distillation.Weighting;

namespace DriveKD.Distillation.Tests.Weighting;

/// <summary>Windows for tests of weightings.</summary>
internal static class WindowBuilder
{
    /// <summary>One micro-step of tasks in the order of <see cref="TrainingTasks.All"/>; NaN: absent.</summary>
    public static MicroStepStatistics Sample(double[] losses, double[] norms) =>
        new() { Losses = ByTask(losses), GradientNorms = ByTask(norms) };

    public static WindowStatistics Window(params MicroStepStatistics[] samples) => new(samples);

    public static TrainingTask Task(string key) => TrainingTasks.All.Single(task => TrainingTasks.KeyOf(task) == key);

    public static IReadOnlyDictionary<TrainingTask, double> Read(JsonElement numbers) => numbers.EnumerateObject().ToDictionary(
        entry => Task(entry.Name),
        entry => entry.Value.ValueKind == JsonValueKind.String
            ? double.Parse(entry.Value.GetString()!, CultureInfo.InvariantCulture)
            : entry.Value.GetDouble());

    public static void AssertClose(JsonElement expected, Func<TrainingTask, double> actual, double tolerance, string what)
    {
        foreach ((TrainingTask task, double value) in Read(expected))
        {
            double found = actual(task);
            Assert.True(
                value == found || Math.Abs(value - found) <= tolerance * Math.Max(Math.Abs(value), double.Epsilon), $"{what}, {task}: {found}, expected {value}");
        }
    }

    private static Dictionary<TrainingTask, double> ByTask(double[] values) =>
        TrainingTasks.All.Zip(values).Where(entry => !double.IsNaN(entry.Second)).ToDictionary(entry => entry.First, entry => entry.Second);
}
