//! Fixed little-endian layouts, computed at compile time from the fields of a record.

/// How many bytes a stored number takes, and where it may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    /// `u8`, `u32`, `u64`, `i64`, `i128`, `text` or `blob`.
    pub name: &'static str,
    /// In bytes; 0 for text and blob.
    pub size: usize,
    /// In bytes.
    pub alignment: usize,
}

/// Where one field lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldLayout {
    /// As in the Python class.
    pub name: &'static str,
    /// The name of its width.
    pub width: &'static str,
    /// In bytes from the start of the fixed part.
    pub offset: usize,
}

/// A record's or row's layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The number of the record; 0 for rows.
    pub kind: u8,
    /// The name of the Python class.
    pub name: &'static str,
    /// The fixed fields, then the tail if there is one.
    pub fields: Vec<FieldLayout>,
    /// Of the fixed part, in bytes.
    pub size: usize,
}

/// A value that is stored in a fixed number of bytes.
pub trait Field: Copy {
    /// How it is stored.
    const WIDTH: Width;
    /// Store into exactly `WIDTH.size` bytes.
    fn put(self, to: &mut [u8]);
    /// Read from exactly `WIDTH.size` bytes; `None` where they hold no such value.
    fn get(from: &[u8]) -> Option<Self>;
}

macro_rules! number {
    ($type:ty, $size:literal, $alignment:literal) => {
        impl Field for $type {
            const WIDTH: Width = Width { name: stringify!($type), size: $size, alignment: $alignment };

            #[inline(always)]
            fn put(self, to: &mut [u8]) {
                to.copy_from_slice(&self.to_le_bytes());
            }

            #[inline(always)]
            fn get(from: &[u8]) -> Option<Self> {
                Some(<$type>::from_le_bytes(from.try_into().ok()?))
            }
        }
    };
}

number!(u8, 1, 1);
number!(u32, 4, 4);
number!(u64, 8, 8);
number!(i64, 8, 8);
number!(i128, 16, 8);

impl Field for bool {
    const WIDTH: Width = u8::WIDTH;

    #[inline(always)]
    fn put(self, to: &mut [u8]) {
        u8::from(self).put(to);
    }

    #[inline(always)]
    fn get(from: &[u8]) -> Option<Self> {
        match u8::get(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

/// The next multiple of `alignment`, a power of two, at or after `offset`.
#[inline(always)]
#[must_use]
pub const fn aligned(offset: usize, alignment: usize) -> usize {
    (offset + alignment - 1) & !(alignment - 1)
}

/// The size of a fixed part with these widths, a multiple of 8.
#[must_use]
pub const fn fixed_size(widths: &[Width]) -> usize {
    let mut offset = 0;
    let mut index = 0;
    while index < widths.len() {
        offset = aligned(offset, widths[index].alignment) + widths[index].size;
        index += 1;
    }
    aligned(offset, 8)
}

/// The layout of named widths and an optional tail.
#[must_use]
pub fn layout(
    kind: u8,
    name: &'static str,
    widths: &[(&'static str, Width)],
    tail: Option<(&'static str, &'static str)>,
) -> Layout {
    let mut fields = Vec::with_capacity(widths.len() + 1);
    let mut offset = 0;
    for (name, width) in widths {
        offset = aligned(offset, width.alignment);
        fields.push(FieldLayout { name, width: width.name, offset });
        offset += width.size;
    }
    let size = aligned(offset, 8);
    if let Some((name, width)) = tail {
        fields.push(FieldLayout { name, width, offset: size });
    }
    Layout { kind, name, fields, size }
}

/// The two types a tail can have.
pub trait Tail<'a>: Copy {
    /// `text` or `blob`.
    const WIDTH: &'static str;
    /// Its bytes.
    fn bytes(self) -> &'a [u8];
    /// From bytes; `None` where they are not UTF-8 and must be.
    fn from_bytes(bytes: &'a [u8]) -> Option<Self>;
}

impl<'a> Tail<'a> for &'a str {
    const WIDTH: &'static str = "text";

    #[inline]
    fn bytes(self) -> &'a [u8] {
        self.as_bytes()
    }

    #[inline]
    fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok()
    }
}

/// UTF-8 that is read on every order: checked eight bytes at a time, and kept as bytes until someone needs letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    /// No text.
    pub const EMPTY: Self = Self(&[]);

    /// As a string.
    #[must_use]
    pub fn as_str(self) -> &'a str {
        std::str::from_utf8(self.0).unwrap_or("")
    }

    /// Its bytes.
    #[inline(always)]
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> Tail<'a> for Text<'a> {
    const WIDTH: &'static str = "text";

    #[inline(always)]
    fn bytes(self) -> &'a [u8] {
        self.0
    }

    #[inline(always)]
    fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        (is_ascii(bytes) || std::str::from_utf8(bytes).is_ok()).then_some(Self(bytes))
    }
}

/// Whether no byte has its highest bit set, and so is a letter by itself.
#[inline(always)]
fn is_ascii(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let seen = words.iter().fold(0, |seen, word| seen | u64::from_le_bytes(*word));
    rest.iter().fold(seen, |seen, byte| seen | u64::from(*byte)) & 0x8080_8080_8080_8080 == 0
}

impl<'a> Tail<'a> for &'a [u8] {
    const WIDTH: &'static str = "blob";

    #[inline]
    fn bytes(self) -> &'a [u8] {
        self
    }

    #[inline]
    fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        Some(bytes)
    }
}

/// Declares a struct together with its layout and the reading and writing of its fixed part.
macro_rules! fixed_part {
    ($(#[$meta:meta])* $name:ident [$($life:lifetime)?] {
        $($field:ident : $type:ty),* $(,)?
    } $(tail $tail:ident : $tail_type:ty)?) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the fields are documented once, by the Python class of the same name")]
        pub struct $name $(<$life>)? {
            $(pub $field: $type,)*
            $(pub $tail: $tail_type,)?
        }

        impl $(<$life>)? $name $(<$life>)? {
            /// Size of the fixed part, in bytes.
            pub const FIXED_BYTES: usize =
                $crate::layout::fixed_size(&[$(<$type as $crate::layout::Field>::WIDTH),*]);

            /// Names, widths and offsets.
            #[must_use]
            pub fn layout(kind: u8) -> $crate::layout::Layout {
                #[allow(unused_mut, unused_assignments)]
                let mut tail = None;
                $(tail = Some((stringify!($tail), <$tail_type as $crate::layout::Tail>::WIDTH));)?
                $crate::layout::layout(
                    kind,
                    stringify!($name),
                    &[$((stringify!($field), <$type as $crate::layout::Field>::WIDTH)),*],
                    tail,
                )
            }

            /// Write every byte of the fixed part.
            #[inline(always)]
            #[allow(unused_variables, unused_mut, unused_assignments)]
            pub fn put_fixed(&self, to: &mut [u8]) {
                let mut end = 0;
                $(
                    let width = <$type as $crate::layout::Field>::WIDTH;
                    let start = $crate::layout::aligned(end, width.alignment);
                    to[end..start].fill(0);
                    end = start + width.size;
                    $crate::layout::Field::put(self.$field, &mut to[start..end]);
                )*
                to[end..Self::FIXED_BYTES].fill(0);
            }

            /// Read from the fixed part and the tail (empty where there is none).
            #[inline(always)]
            #[allow(unused_variables, unused_mut, unused_assignments)]
            pub fn get(from: & $($life)? [u8], tail: & $($life)? [u8]) -> Option<Self> {
                let from = from.get(..Self::FIXED_BYTES)?;
                let mut at = 0;
                $(
                    let width = <$type as $crate::layout::Field>::WIDTH;
                    at = $crate::layout::aligned(at, width.alignment);
                    let $field = <$type as $crate::layout::Field>::get(&from[at..at + width.size])?;
                    at += width.size;
                )*
                $(let $tail = <$tail_type as $crate::layout::Tail>::from_bytes(tail)?;)?
                Some(Self { $($field,)* $($tail,)? })
            }

            /// The bytes of the tail, empty where there is none.
            #[inline(always)]
            #[must_use]
            pub fn tail_bytes(&self) -> &[u8] {
                #[allow(unused_mut, unused_assignments)]
                let mut tail: &[u8] = &[];
                $(tail = $crate::layout::Tail::bytes(self.$tail);)?
                tail
            }

            /// Whether records of this kind end in text or a blob.
            pub const HAS_TAIL: bool = [$(stringify!($tail).len(),)? 0][0] != 0;
        }
    };
}
