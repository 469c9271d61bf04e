using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Gradients;

/// <summary>Orders drawn from a random stream that serves nothing else.</summary>
/// <param name="stream">Belongs to this object from now on.</param>
internal sealed class RandomTaskOrder(RandomStream stream) : ITaskOrder, IResumable
{
    /// <summary>The random stream of a run's orders; nothing else draws from it, so that no choice of method moves the data.</summary>
    public const string StreamName = "projection order";

    // A double holds 53 bits exactly, so that a word of 64 is kept in two halves.
    private const int HalfBits = 32;
    private const double HalfRange = 1L << HalfBits;

    private RandomStream _stream = stream;

    /// <inheritdoc />
    public int[] Next(int count) => _stream.Permutation(count);

    /// <inheritdoc />
    public IReadOnlyDictionary<string, double> Save()
    {
        RandomStreamState state = _stream.State;
        ulong[] words = [state.Word0, state.Word1, state.Word2, state.Word3];
        Dictionary<string, double> numbers = [];
        for (int word = 0; word < words.Length; word++)
        {
            numbers[High(word)] = words[word] >> HalfBits;
            numbers[Low(word)] = (uint)words[word];
        }

        return numbers;
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">A number is missing or is no half of a word, or all are 0.</exception>
    public void Restore(IReadOnlyDictionary<string, double> state) =>
        _stream = new RandomStream(new RandomStreamState(Word(state, 0), Word(state, 1), Word(state, 2), Word(state, 3)));

    private static ulong Word(IReadOnlyDictionary<string, double> state, int word) => (Half(state, High(word)) << HalfBits) | Half(state, Low(word));

    private static ulong Half(IReadOnlyDictionary<string, double> state, string name) =>
        state.TryGetValue(name, out double value) && value >= 0 && value < HalfRange && value == Math.Floor(value)
            ? (ulong)value
            : throw new ArgumentException($"The state of the task order has no whole number of 32 bits named {name}.", nameof(state));

    private static string High(int word) => $"word{word}.high";

    private static string Low(int word) => $"word{word}.low";
}
