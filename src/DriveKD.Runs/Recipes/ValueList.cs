using System.Collections;
using System.Runtime.CompilerServices;

namespace DriveKD.Runs.Recipes;

/// <summary>An immutable list that equals another by content, so that recipes compare by value.</summary>
/// <typeparam name="T">The items' type.</typeparam>
/// <param name="items">Copied.</param>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public sealed class ValueList<T>(ReadOnlySpan<T> items) : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[] _items = items.ToArray();

    /// <inheritdoc />
    public int Count => _items.Length;

    /// <inheritdoc />
    public T this[int index] => _items[index];

    /// <inheritdoc />
    public bool Equals(ValueList<T>? other) => other is not null && _items.SequenceEqual(other._items);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    /// <inheritdoc />
    public override int GetHashCode() => _items.Aggregate(0, HashCode.Combine);

    /// <inheritdoc />
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    /// <inheritdoc />
    public override string ToString() => $"[{string.Join(", ", _items)}]";

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}

/// <summary>Lets a <see cref="ValueList{T}"/> be written as a collection expression.</summary>
public static class ValueList
{
    /// <summary>Copies the items.</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="items">The items in order.</param>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(items);
}
