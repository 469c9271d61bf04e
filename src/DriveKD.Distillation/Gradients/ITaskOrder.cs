namespace DriveKD.Distillation.Gradients;

/// <summary>The order in which a method takes the tasks, where its result depends on it.</summary>
internal interface ITaskOrder
{
    /// <summary>The next order.</summary>
    /// <param name="count">How many there are to order.</param>
    /// <returns>The numbers from 0 to <paramref name="count"/> - 1, each once.</returns>
    int[] Next(int count);
}
