using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Tests.Gradients;

/// <summary>The projecting methods step by step on vectors, as their papers write them; nothing here knows of Gram matrices.</summary>
internal static class VectorProjections
{
    public static double[] TwoStages(VectorTasks tasks, int[] order, bool stage1, bool stage2, bool onlyReached)
    {
        int anchor = Array.IndexOf(tasks.Tasks, TrainingTask.Supervision);
        int[] capabilities = [.. new[] { TrainingTask.Perception, TrainingTask.Reasoning, TrainingTask.Planning }
            .Select(task => Array.IndexOf(tasks.Tasks, task)).Where(index => index >= 0)];
        if (capabilities.Length == 0)
        {
            return tasks.Vectors[anchor];
        }

        List<double[]> merged = [];
        List<bool[]> reached = [];
        foreach (int task in capabilities)
        {
            double[] follower = tasks.Vectors[task];
            bool[] reach = tasks.Reached[task];
            if (anchor >= 0 && stage1)
            {
                follower = Project(follower, tasks.Vectors[anchor], Mask(tasks, reach, onlyReached));
            }

            merged.Add(anchor >= 0 ? VectorTasks.Add(follower, 1, tasks.Vectors[anchor]) : follower);
            reached.Add(anchor >= 0 ? [.. reach.Zip(tasks.Reached[anchor], (own, other) => own || other)] : reach);
        }

        double[] update = new double[tasks.Vectors[0].Length];
        foreach (int own in order)
        {
            double[] final = merged[own];
            foreach (int other in order.Where(other => stage2 && other != own))
            {
                final = Project(final, merged[other], Mask(tasks, reached[own], onlyReached));
            }

            update = VectorTasks.Add(update, 1, final);
        }

        return update;
    }

    public static double[] PcGrad(VectorTasks tasks, int[][] orders, bool onlyReached)
    {
        double[] update = new double[tasks.Vectors[0].Length];
        for (int task = 0; task < tasks.Tasks.Length; task++)
        {
            double[] own = tasks.Vectors[task];
            foreach (int other in orders[task].Where(other => other != task))
            {
                own = Project(own, tasks.Vectors[other], Mask(tasks, tasks.Reached[task], onlyReached));
            }

            update = VectorTasks.Add(update, 1, own);
        }

        return update;
    }

    public static double[] GradVac(VectorTasks tasks, int[][] orders, Dictionary<(int, int), double> targets, double beta, bool onlyReached)
    {
        double[] update = new double[tasks.Vectors[0].Length];
        for (int task = 0; task < tasks.Tasks.Length; task++)
        {
            double[] own = tasks.Vectors[task];
            double[] mask = Mask(tasks, tasks.Reached[task], onlyReached);
            foreach (int other in orders[task].Where(other => other != task))
            {
                double[] gradient = tasks.Vectors[other];
                double target = targets.GetValueOrDefault((task, other));
                double phi = Math.Acos(VectorTasks.Dot(own, gradient) / VectorTasks.Norm(own) / VectorTasks.Norm(gradient));
                if (Math.Cos(phi) < target)
                {
                    // The law of sines in the triangle of own, its change and their sum.
                    double change = VectorTasks.Norm(own) * Math.Sin(phi - Math.Acos(target)) / Math.Sin(Math.Acos(target)) / VectorTasks.Norm(gradient);
                    own = VectorTasks.Add(own, change, [.. gradient.Zip(mask, (value, keep) => value * keep)]);
                }

                targets[(task, other)] = ((1 - beta) * target) + (beta * Math.Cos(phi));
            }

            update = VectorTasks.Add(update, 1, own);
        }

        return update;
    }

    private static double[] Project(double[] vector, double[] other, double[] mask)
    {
        double product = Math.Min(0, VectorTasks.Dot(vector, other));
        double square = Math.Max(VectorTasks.Dot(other, other), 1e-20);
        return [.. vector.Select((value, index) => value - (product / square * other[index] * mask[index]))];
    }

    private static double[] Mask(VectorTasks tasks, bool[] reached, bool onlyReached) =>
        [.. tasks.Vectors[0].Select((_, index) => !onlyReached || reached[VectorTasks.BlockOf(tasks.BlockSizes, index)] ? 1.0 : 0.0)];
}
