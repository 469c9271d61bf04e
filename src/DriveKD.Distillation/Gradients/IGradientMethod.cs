namespace DriveKD.Distillation.Gradients;

/// <summary>A way to make one update of several tasks' gradients. It sees their inner products and answers with coefficients.</summary>
internal interface IGradientMethod
{
    /// <summary>Combines the gradients.</summary>
    /// <param name="gram">The inner products of the weighted task gradients.</param>
    /// <param name="order">The order of the tasks, asked for only by methods whose result depends on it.</param>
    /// <returns>Finite coefficients, also where gradients are 0, parallel or opposite.</returns>
    Combination Combine(TaskGram gram, ITaskOrder order);
}
