namespace DriveKD.World.Questions;

/// <summary>Every word that questions, answers, captions and lessons are made of, in small letters: a small tokenizer can make each of them one token.</summary>
public static class WorldVocabulary
{
    /// <summary>The words, numbers and option letters; punctuation and object tags are no words.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        .. "what is near middle far in the left ego right lane lanes on roadside elsewhere nothing".Split(' '),
        .. "car truck bus cyclist pedestrian cone cars trucks buses cyclists pedestrians cones vehicles vehicle".Split(' '),
        .. "red blue green white black yellow orange colour where does traffic light show no".Split(' '),
        .. "moving braking stopped signals walking standing status of how many are there".Split(' '),
        .. "will do next keeps going slows down stops stays starts changes turns waits crosses walks".Split(' '),
        .. "which object matters most to because it stands brakes merges drives ahead must yield and get conflict yes".Split(' '),
        .. "fast slow should stop brake keep accelerate change action safe why free somebody some way road clear line solid dashed too".Split(' '),
        .. "describe scene crossing a or time day dusk night weather overcast rain fog".Split(' '),
        .. "more reverse word first last odd often b c d".Split(' '),
        .. "0 1 2 3 4 5 6 7 8 9".Split(' '),
    ];
}
