using System.Text.Json;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Gradients;

/// <summary>The table of asymmetric projections recorded from the authors' trainer: golden/trainer/agp_table.json, copied.</summary>
public class AgpTableTests
{
    /// <summary>The trainer computed in float32, its vectors are written with nine digits.</summary>
    private const double Tolerance = 1e-6;

    private static readonly string[] _names = ["ce", "perception", "reasoning", "planning"];

    [Fact]
    public void Agp_WholeTable_GivesBothRecordedUpdates()
    {
        using JsonDocument table = JsonDocument.Parse(File.ReadAllText(TestPaths.Asset("trainer", "agp_table.json")));
        int cases = 0;
        int differing = 0;
        int changed = 0;
        foreach (JsonElement item in table.RootElement.EnumerateArray())
        {
            JsonElement gradients = item.GetProperty("weighted_task_gradients");
            string[] names = [.. _names.Where(name => gradients.TryGetProperty(name, out _))];
            VectorTasks tasks = VectorTasks.Of(
                [.. names.Select(name => (TrainingTask)Array.IndexOf(_names, name))],
                [.. names.Select(name => Numbers(gradients.GetProperty(name)))],
                [.. Numbers(item.GetProperty("blocks")).Select(size => (int)size)],
                [.. names.Select(name => Numbers(item.GetProperty("blocks_with_gradient").GetProperty(name)).Select(reached => reached != 0).ToArray())]);
            string[] present = [.. names.Skip(1)];
            int[] order = [.. item.GetProperty("order").EnumerateArray().Select(name => Array.IndexOf(present, name.GetString()))];

            double[] full = Numbers(item.GetProperty("combined_full_projection"));
            double[] released = Numbers(item.GetProperty("combined_as_released"));
            Combination own = new Agp(ProjectionSupport.Full).Combine(tasks.Gram, new FixedOrder(order));
            VectorTasks.AssertNear(full, tasks.Update(own), VectorTasks.Norm(full), Tolerance);
            Combination ownReleased = new Agp(ProjectionSupport.Reached).Combine(tasks.Gram, new FixedOrder(order));
            VectorTasks.AssertNear(released, tasks.Update(ownReleased), VectorTasks.Norm(released), Tolerance);

            // What the table lists as changed includes what only float32 rounding changed.
            Assert.Equal(Enumerable.Range(1, present.Length).Count(task => tasks.Gram.Total[0, task] < 0), ownReleased.Stage1Projections);
            Assert.InRange(ownReleased.Stage1Projections, 0, item.GetProperty("stage1_projected").GetArrayLength());
            Assert.True(ownReleased.Stage2Projections == 0 || item.GetProperty("stage2_changed").GetArrayLength() > 0);
            changed += ownReleased.Stage2Projections > 0 ? 1 : 0;
            if (!item.GetProperty("full_equals_released").GetBoolean())
            {
                differing++;
                Assert.NotEqual(ownReleased.OfBlock(0), ownReleased.OfBlock(1));
            }

            cases++;
        }

        Assert.Equal((84, 17), (cases, differing));
        Assert.InRange(changed, 20, 84);
    }

    private static double[] Numbers(JsonElement element) => [.. element.EnumerateArray().Select(number => number.GetDouble())];
}
